// A process that writes what stands beside a key, over and over, as others do at the same moment. Arguments: what to do, its number, how often. See db/test/program.ts.
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Appended } from '@/features/trail/appended';
import { writeLost } from '@/features/trail/lost-file';
import { clearRefusal, readRefusal, writeRefusal } from '@/features/trail/refusal-file';
import { say } from '@/features/trail/test/worker-trail';
import { homeFolder } from '@/lib/home';
import { forgetAdopting, writeAdopting } from '../adoption-file';

export const ORIGIN = 'audit.example.com/main';
export const markerOf = (process: number, i: number): Appended => ({ nextSeq: 1000 * process + i, lastHash: 'ab'.repeat(32) });

const [what, number = 0, times = 0] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const each = async (fn: (i: number) => void) => {
  for (let i = 0; i < times; i++) {
    fn(i);
    say({ done: i });
    await setImmediate();
  }
};

const WORK: Record<string, () => Promise<void>> = {
  refuse: () => each((i) => writeRefusal(ORIGIN, { since: '', reason: `reason ${i % 3}`, known: [markerOf(number, i)] })),
  'give-up': () => each((i) => writeLost(ORIGIN, [markerOf(number, i)])),
  // every other one is told at once
  adopt: () =>
    each((i) => {
      const one = { size: markerOf(number, i).nextSeq, root: 'cd'.repeat(32) };
      writeAdopting(ORIGIN, one);
      if (i % 2 === 1) forgetAdopting(ORIGIN, one);
    }),
  // as the signer that has found all of it
  clear: async () => {
    let isAsked = false;
    process.stdin.once('data', () => {
      isAsked = true;
    });
    while (!isAsked) {
      const found = readRefusal(ORIGIN);
      clearRefusal(ORIGIN, found);
      if (found?.known) say({ found: found.known });
      await setImmediate();
    }
  },
};

if (what !== undefined && WORK[what]) {
  homeFolder('keys');
  say('ready');
  await once(process.stdin, 'data');
  await WORK[what]();
  process.stdout.end();
  process.stdin.destroy();
}
