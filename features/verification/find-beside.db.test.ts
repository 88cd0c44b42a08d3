// An altered event beside the copy that a bundle of ours holds, on a sealed trail and after a superuser's attack.
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { bundleRun } from '@/features/evidence/bundle-run';
import { bundleFile } from '@/features/evidence/files';
import { listBundles } from '@/features/evidence/queries/bundles';
import { driveNow } from '@/features/runs/drive-now';
import { diffMembers } from './diff-members';
import { findBeside } from './find-beside';
import type { ShownFinding } from './finding-model';
import { getFindingPlaces } from './queries/finding-places';
import { leafOf, sealedTrail } from './test/sealed-trail';

const it = await sealedTrail();

const finding = (seq: number, code = 'EVENT_HASH'): ShownFinding => ({ n: 0, code, seq, expected: null, found: null, lastGood: seq - 1 });
async function beside(of: ShownFinding) {
  const places = await getFindingPlaces(it.trail.scope, it.trail, of);
  return { at: places.at, ...(await findBeside(it.trail, of, places.at)) };
}
const makeBundle = (from: number, to: number) =>
  driveNow({ kind: 'bundle', trailId: it.trail.trailId, params: { level: 'selection', filter: null, from, to, time: null } }, { bundle: bundleRun });

test('without a bundle there is the sealed leaf alone', async () => {
  const rows = await it.rows();
  expect(await beside(finding(350))).toMatchObject({ copy: null, sealed: { state: 'sealed', leaf: leafOf(rows[350]) } });
  expect(await beside(finding(610))).toMatchObject({ copy: null, sealed: { state: 'not sealed' } });
  expect(await beside(finding(350, 'COUNT_MISMATCH'))).toMatchObject({ copy: null, sealed: null });
});

test('the copy stands beside the altered row and is known for the original, also where the row was hashed again', async () => {
  await makeBundle(300, 620);
  await it.attack("update audit_event set actor_id = 'a.ferrari' where trail_id = $T and seq in (350, 610)");
  const { at, copy } = await beside(finding(350));
  expect(copy).toMatchObject({ standing: 'sealed', eventHash: at?.eventHash, payloadHash: at?.payloadHash });
  expect(copy?.headerHash).not.toBe(at?.headerHash);
  expect(diffMembers(at as NonNullable<typeof at>, copy as NonNullable<typeof copy>)?.differing).toEqual([
    { member: 'actor_id', stored: 'a.ferrari', copy: expect.not.stringMatching('a.ferrari') },
  ]);
  expect((await beside(finding(610))).copy?.standing).toBe('written'); // not sealed: the hash stored with it speaks for the copy
  expect((await beside(finding(100))).copy).toBeNull(); // no bundle reaches it

  await it.rewrite(350, () => ({ actorId: 'a.ferrari' }));
  const again = await beside(finding(350, 'FORK'));
  expect(again.at?.computed).toBe(again.at?.eventHash); // the row is whole by itself
  expect(again.copy).toMatchObject({ standing: 'sealed' });
  expect(again.copy?.eventHash).not.toBe(again.at?.eventHash);
  expect((await beside(finding(610, 'FORK'))).copy?.standing).toBe('whole'); // nothing says which of the two was written

  await it.attack('delete from audit_event where trail_id = $T and seq = 350');
  expect(await beside(finding(350, 'SEQ_GAP'))).toMatchObject({ at: null, copy: { standing: 'sealed' } });
});

test('a bundle that was made after the change vouches for nothing', async () => {
  for (const { fileName } of await listBundles(it.trail.trailId)) fs.rmSync(bundleFile(fileName));
  await it.rewrite(350, () => ({ actorId: 'a.ferrari' }));
  await makeBundle(340, 360);
  expect((await beside(finding(350, 'FORK'))).copy?.standing).toBe('other');
  for (const { fileName } of await listBundles(it.trail.trailId)) if (fs.existsSync(bundleFile(fileName))) fs.truncateSync(bundleFile(fileName), 500);
  expect((await beside(finding(350, 'FORK'))).copy).toBeNull(); // cut in half: no copy, and no fault
});
