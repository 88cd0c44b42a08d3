// Trails that take no event for a while, for tests of what happens meanwhile: a fresh trail a test, refusals that come and go, and the acts that were told in the end.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { tellWaiting } from '@/features/trail/mutations/tell-waiting';
import { clearRefusal, writeRefusal } from '@/features/trail/refusal-file';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { listWaiting } from '@/features/trail/waiting-acts';
import { verifyResult } from '../schema';
import { verifyRun } from '../verify-run';

export const OWN = 'audit.example.com/indelible';
export const person = { userId: '018f0000-0000-7000-8000-000000000002', role: 'admin' };
export const now = () => `${new Date().toISOString().slice(0, 23)}000Z`;

type Act = { seq: number; action: string; outcome: string; run: string; details: Record<string, unknown>; isLate: boolean; id: string };
const ACTS = ['verification.finished', 'verification.started', 'resource.verified', 'auth.logout', 'import.finished'];

/** Call it at the top of a file. At the end of each test everything that waits is told, and nothing waits any more. */
export async function waitingTrail() {
  const database = await freshDatabase();
  const { superuser: sql, home } = database;
  let ownId: NewTrail['trailId'];
  let made = 0;
  let trail: NewTrail;

  beforeAll(async () => {
    await ensureFirstTrails();
    const [row] = await sql`select trail_id as id from trail where alias = 'indelible'`;
    ownId = row?.id;
  });
  beforeEach(async () => {
    trail = await makeTrail(`w-${++made}`);
    await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(20)));
    await sealTrail(trail);
    await sql`delete from run`;
  });
  afterEach(async () => {
    allow();
    await tellAll();
    for (const origin of [trail.origin, OWN]) expect(await naiveVerify(sql, origin, home)).toEqual([]);
    expect(listWaiting()).toEqual([]);
  });

  const refuse = () => {
    for (const origin of [trail.origin, OWN]) writeRefusal(origin, { since: '2026-11-26T10:00:00.000000Z', reason: 'a test says so' });
  };
  const allow = () => {
    for (const origin of [trail.origin, OWN]) clearRefusal(origin);
  };
  /** After the minute in which the row of a start may still come, unless told otherwise. */
  const tellAll = async (now = Date.now() + 61_000) => (await tellWaiting(trail.origin, { now })) + (await tellWaiting(OWN, { now }));
  const fileOf = (id: string) => path.join(home, 'waiting', fs.readdirSync(path.join(home, 'waiting')).find((name) => name.includes(id)) as string);
  const drive = async (params: object = {}) => {
    const row = await driveNow({ kind: 'verify', trailId: trail.trailId, params: { ...params } }, { verify: verifyRun });
    return { row, result: verifyResult.parse(row.result) };
  };
  /** The acts of this test in both trails, in the order of each. */
  const acts = async (): Promise<Act[]> =>
    (
      await sql`select seq::int as seq, id, action, outcome, resource_id as run, details::text as details, actor_id, occurred_at < recorded_at - interval '20 ms' as "isLate"
        from audit_event where trail_id in (${trail.trailId}, ${ownId}) and action = any(${ACTS}) and recorded_at >= (select recorded_at from audit_event where trail_id = ${trail.trailId} and seq = 0)
        order by trail_id = ${ownId}, seq`
    ).map((row) => ({ ...row, details: JSON.parse(row.details) })) as unknown as Act[];

  return { database, trail: () => trail, refuse, allow, tellAll, fileOf, drive, acts };
}
