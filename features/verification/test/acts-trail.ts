// A sealed trail with acts that say what may be away, and what somebody can do to it who holds the database. Filled through the one door.
//
//   seq     0 ── 39 ── 79 ── 119 ── acts ── 199 │ acts, not signed ── 219
//           March  April  May    120 partition.archived [0,40)     200 partition.archived [40,80)
//                                121 events.disposed [80,120) of 5  201 events.disposed [40,80) of 10
//                                122 partition.archived [40,80), signed by a stranger
import { beforeAll, beforeEach } from 'vitest';
import { type ActAction, signAct } from '@/core/act';
import { headerHash, payloadHash } from '@/core/event';
import { type JsonValue, newObject } from '@/core/json';
import { prng } from '@/core/test/prng';
import { makeLogKey } from '@/core/vkey';
import { scopeOf } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { logKeyOf } from '@/features/sealing/log-key';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents, type Draft } from '@/features/trail/mutations/append';
import { createTrail, ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { readRows } from '@/features/trail/mutations/event-rows';
import { headMacKey } from '@/features/trail/mutations/keys';
import { systemDraft } from '@/features/trail/mutations/system-draft';
import { apiDraft } from '@/features/trail/test/drafts';
import type { VerifyOptions } from '../run';
import { verifyAll } from './verify-all';

export const SIGNED = 200;
export const END = 220;
/** The acts' places. */
export const ARCHIVED = 120;
export const DISPOSED = 121;

const TABLES = ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint', 'event_stub'];
const day = (month: number) => `2026-0${month}-15T10:00:00.000000Z`;
const hex = (bytes: Buffer) => `'\\x${bytes.toString('hex')}'`;

/** Call it at the top of a file. `isPutBack`: before each test, for tests that append nothing. */
export async function actsTrail({ isPutBack = true } = {}) {
  const database = await freshDatabase();
  let trail = undefined as unknown as NewTrail;
  const attack = (statement: string) =>
    database.superuser.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx.unsafe(statement.replaceAll('$T', String(trail.trailId)));
    });
  const rows = async () => (await writeTransaction(trail.scope, (tx) => readRows(tx, trail.trailId, 'true', []))).sort((a, b) => a.seq - b.seq);

  beforeAll(async () => {
    await ensureFirstTrails();
    trail = await fill();
    await database.superuser`create schema kept`;
    for (const table of TABLES) await database.superuser.unsafe(`create table kept.${table} as select * from ${table} where trail_id = ${trail.trailId}`);
  });
  beforeEach(async () => {
    if (isPutBack) await attack(TABLES.map((table) => `delete from ${table} where trail_id = $T; insert into ${table} select * from kept.${table}`).join('; '));
  });
  return {
    database,
    attack,
    rows,
    trail: () => trail,
    verify: (options: Partial<VerifyOptions> = {}) =>
      verifyAll({ trail, scope: scopeOf(trail.trailId), headKey: headMacKey(), random: prng(7), seam: null, ...options }),
    /** The rows go, as the months they lie in would. */
    drop: (from: number, to: number) => attack(`delete from audit_event where trail_id = $T and seq >= ${from} and seq < ${to}`),
    /** Rows are replaced by the hashes that they have. */
    async dispose(...seqs: number[]) {
      const { origin } = trail;
      const stubs = (await rows())
        .filter(({ seq }) => seqs.includes(seq))
        .map((row) => `($T, ${row.seq}, ${hex(headerHash(origin, row))}, ${hex(payloadHash(row))}, ${hex(row.eventHash)})`);
      await attack(`delete from audit_event where trail_id = $T and seq in (${seqs.join()}); insert into event_stub values ${stubs.join(', ')}`);
    },
  };
}

export const actDraft = (origin: string, action: ActAction, details: Record<string, JsonValue>, key = logKeyOf(origin)): Draft =>
  systemDraft({
    action,
    occurredAt: day(6),
    resourceType: 'partition',
    resourceId: `${details.from_seq}`,
    details: signAct(origin, action, Object.assign(newObject(), details), key),
  });

async function fill(): Promise<NewTrail> {
  const created = await createTrail('acts', { synthetic: true, clock: '2026-03-01T12:00:00.000000Z' }, 'system');
  if (!created.ok) throw new Error(created.reason);
  const { trail } = created;
  const { origin } = trail;
  const append = (month: number, drafts: Draft[]) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts, { clock: day(month) }));
  const some = (count: number) => Array.from({ length: count }, (_, n) => apiDraft({ details: { n }, source_seq: undefined }, 'app'));
  const act = (action: ActAction, from: number, to: number, count: number, key = logKeyOf(origin)) =>
    actDraft(origin, action, { from_seq: from, to_seq: to, count, policy: 'months', approvers: ['u-1', 'u-2'], manifest_sha256: 'ab'.repeat(32) }, key);
  await append(3, some(39));
  await append(4, some(40));
  await append(5, some(40));
  await append(6, [act('partition.archived', 0, 40, 40), act('events.disposed', 80, 120, 5), act('partition.archived', 40, 80, 40, makeLogKey()), ...some(77)]);
  const sealed = await sealTrail(trail);
  if (!sealed.ok || sealed.size !== SIGNED) throw new Error(JSON.stringify(sealed));
  await append(6, [act('partition.archived', 40, 80, 40), act('events.disposed', 40, 80, 10), ...some(18)]);
  return trail;
}
