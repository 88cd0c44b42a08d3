// What Integrity says of the files that hold what was signed beside the database, and of what is wrong with them.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { readAnchors } from './read-anchors';

vi.setConfig({ testTimeout: 60_000 });
const { home } = await freshDatabase();
let trail: NewTrail;

beforeAll(async () => {
  await ensureFirstTrails();
  trail = await makeTrail('anchored');
});

async function seal(events: number) {
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(events)));
  expect(await sealTrail(trail)).toMatchObject({ ok: true });
}
const read = () => readAnchors(trail.origin).map(({ last, failure }) => [last?.size ?? null, failure]);

test('each file says when it took a signature last; one that is gone, behind, damaged or without its key says that', async () => {
  const outside = [null, 'none is set up yet'];
  expect(read()).toEqual([[null, null], [null, null], outside]); // nothing is signed yet
  await seal(9);
  expect(read()).toEqual([[10, null], [10, null], outside]);
  const [guard] = readAnchors(trail.origin);
  expect(Math.abs(Date.parse(guard?.last?.at ?? '') - Date.now())).toBeLessThan(30_000);

  const note = path.join(home, 'checkpoints', 'anchored');
  const old = fs.readFileSync(note);
  await seal(5);
  fs.writeFileSync(note, old); // as after a kill between guard and signature, or put back by somebody
  expect(read()).toEqual([[15, null], [10, 'behind the guard file, which says 15 events'], outside]);
  fs.writeFileSync(note, fs.readFileSync(note, 'utf8').replace('10\n', '11\n'));
  expect(read()).toEqual([[15, null], [null, expect.stringMatching(/^the note in it does not open under the key of the trail \(\w+\)$/)], outside]);
  fs.rmSync(note);
  expect(read()).toEqual([[15, null], [null, 'the file is gone; the next signature writes it again'], outside]);
  await seal(1);
  expect(read()).toEqual([[16, null], [16, null], outside]);

  fs.renameSync(path.join(home, 'keys', 'anchored.key'), path.join(home, 'keys', 'away'));
  expect(read()).toEqual([[16, null], [null, expect.stringMatching(/^KEY_MISSING: /)], outside]);
  fs.writeFileSync(path.join(home, 'keys', 'anchored.guard'), 'nothing of ours');
  expect(read()[0]).toEqual([null, 'the guard file is damaged: it does not say what was signed last']);
  fs.rmSync(path.join(home, 'keys', 'anchored.guard'));
  expect(read()[0]).toEqual([null, 'the guard file is missing: nobody can say what was signed last']);
});
