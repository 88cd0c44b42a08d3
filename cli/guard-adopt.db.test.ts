// `guard adopt` where a verification finds something that says nothing of the rows: it stops nothing, and is named. What does say that the rows are others stops it.
import fs from 'node:fs';
import { expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import { APPENDED, eachHasLostTrail, type LostTrail, SIGNED } from '@/features/sealing/test/lost-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { readRefusal } from '@/features/trail/refusal-file';
import { apiDraft, apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { verifyRun } from '@/features/verification/verify-run';
import { command } from './guard-adopt';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const database = await freshDatabase();
const { superuser: sql, home } = database;
let at: LostTrail;

eachHasLostTrail(database, 'lost', (made) => {
  at = made;
});

const adopt = async ({ alias, origin }: { alias: string; origin: string }) =>
  command.run(
    { values: { trail: alias, confirm: origin } as never, positionals: [] },
    { say: () => {}, signal: new AbortController().signal, fileOf: (name) => name },
  );
const attack = (text: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(text.replaceAll('$T', String(at.trail.trailId)));
  });
const actsOf = async (origin: string) =>
  (
    await sql`select details::text as details from audit_event e join trail t using (trail_id) where t.alias = 'indelible' and action = 'guard.adopted'
    and resource_id = ${origin}`
  ).map(({ details }) => JSON.parse(details));

test('a trail that lost a number of a source once is adopted, and the act names it', async () => {
  const trail = await makeTrail('gaps', { synthetic: true, clock: '2026-03-01T12:00:00.000000Z' });
  const epoch = '11111111-2222-4333-8444-555555555555';
  const numbered = [1, 2, 4].map((n) => apiDraft({ source_epoch: epoch, source_seq: n }, 'app'));
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, numbered, { clock: '2026-03-02T10:00:00.000000Z' }));
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(1), { clock: '2026-03-04T10:00:00.000000Z' }));
  fs.rmSync(`${home}/keys/gaps.guard`); // as a version before the seal left it
  const { json, text, hasFindings } = await adopt(trail);
  expect(json).toMatchObject({ size: 5, state: 'broken', found: { SOURCE_GAP: 1 }, run: expect.any(Number) });
  expect(hasFindings).toBeFalsy();
  expect(text).toContain('named in guard.adopted, and not mended by it: A source lost events before they came. SOURCE_GAP');
  expect(await actsOf(trail.origin)).toEqual([{ size: 5, root: expect.any(String), found: { SOURCE_GAP: 1 }, run: (json as { run: number }).run }]);
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(1), { clock: '2026-03-04T11:00:00.000000Z' }));
});

test('a row of a run that outlived the events which are given up stops nothing', async () => {
  const { trail } = at;
  await driveNow({ kind: 'verify', trailId: trail.trailId, params: {} }, { verify: verifyRun }); // its event is gone with the others, its row is not
  await at.restore('old');
  expect(await at.reason()).toContain('HEAD_FORGED');
  const { json } = await adopt(trail);
  const [lost] = (await actsOf(trail.origin))[0].lost;
  expect(lost.size).toBeGreaterThanOrEqual(APPENDED);
  expect(json).toMatchObject({ size: SIGNED, found: { TRUNCATED: 1 }, lost: [lost] });
  expect(await actsOf(trail.origin)).toMatchObject([{ size: SIGNED, found: { TRUNCATED: 1 } }]);
  expect(readRefusal(trail.origin)).toBeNull();
  await at.append(6);
  expect(await at.reason()).toBeNull();
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
  expect((await driveNow({ kind: 'verify', trailId: trail.trailId, params: {} }, { verify: verifyRun })).result).toMatchObject({ counts: {} });
});

test('an index of ids that names what is gone stops it, since an event that is sent again would be taken for that', async () => {
  const { trail } = at;
  await at.restore('old');
  expect(await at.reason()).toContain('HEAD_FORGED');
  await attack(`insert into event_key select * from backup."whole_${at.trail.alias}_event_key" where seq >= ${SIGNED}`);
  await expect(adopt(trail)).rejects.toMatchObject({ code: 'GUARD_NOT_ADOPTED', hint: expect.stringContaining(`the index of ids names ${APPENDED} events`) });
  expect(await actsOf(trail.origin)).toEqual([]);
});

test('a row that was altered stops it, whatever else is found', async () => {
  const { trail } = at;
  await at.restore('old');
  expect(await at.reason()).toContain('HEAD_FORGED');
  await attack('update audit_event set actor_id = actor_id || $n$x$n$ where trail_id = $T and seq = 3');
  expect(await adopt(trail)).toMatchObject({ hasFindings: true, json: { state: 'broken', counts: { EVENT_HASH: 1 } } });
  expect(await actsOf(trail.origin)).toEqual([]);
  expect(readRefusal(trail.origin)).not.toBeNull();
});
