// What an append takes for who waits for it, with the sealer of the same process at rest and at work: batches of 512, and events by themselves, one after another, each a transaction
// on disk. Times are taken in turns, so that both see the same machine; a turn with the sealer in which nothing was signed is no measurement.
import type { Scope, TrailId } from '@/db/scope';
import { writeTransaction } from '@/db/transaction';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { startSealer } from '@/features/sealing/sealer';
import { readGuard } from '@/features/trail/guard-file';
import { appendEvents, type Draft } from '@/features/trail/mutations/append';
import { rounded, timed } from './subject';

type Trail = { trailId: TrailId; origin: string };
export type Latency = { atRest: number[]; atWork: number[] };

const BATCHES = 40;
const SINGLES = 200;

/** Milliseconds of each append; `rounds` turns of either kind. */
export async function measureLatency(trail: Trail, scope: Scope, drafts: (count: number) => Iterable<Draft>, batch: number, rounds: number) {
  const batches: Latency = { atRest: [], atWork: [] };
  const singles: Latency = { atRest: [], atWork: [] };
  const append = async (count: number, times: number, took: number[]) => {
    for (let i = 0; i < times; i++) {
      const some = [...drafts(count)];
      took.push(await timed(() => writeTransaction(scope, (tx) => appendEvents(tx, trail.trailId, some))));
    }
  };
  for (let round = 0; round < rounds; round++) {
    const caughtUp = await sealTrail(trail);
    if (!caughtUp.ok) throw new Error(caughtUp.reason);
    await append(batch, BATCHES, batches.atRest);
    await append(1, SINGLES, singles.atRest);
    const before = sizeOf(trail);
    const sealer = startSealer(async () => [trail]);
    await append(batch, BATCHES, batches.atWork);
    await append(1, SINGLES, singles.atWork);
    await sealer.stop();
    if (sizeOf(trail) === before) throw new Error('the sealer signed nothing');
  }
  return { batches, singles };
}

export const latencyText = ({ atRest, atWork }: Latency): string => `${percentiles(atRest)}, with the sealer at work ${percentiles(atWork)}`;

function percentiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => rounded(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number, 1);
  return `${at(0.5)} / ${at(0.99)}`;
}

function sizeOf({ origin }: Trail): number {
  const guard = readGuard(origin);
  return guard === null || guard === 'missing' ? 0 : guard.size;
}
