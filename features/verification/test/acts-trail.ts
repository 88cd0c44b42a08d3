// A sealed trail with acts that say what may be away (fill-acts-trail.ts), and what somebody can do to it who holds the database.
import { beforeAll, beforeEach, expect } from 'vitest';
import { headerHash, payloadHash } from '@/core/event';
import { prng } from '@/core/test/prng';
import { scopeOf } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { readRows } from '@/features/trail/mutations/event-rows';
import { headMacKey } from '@/features/trail/mutations/keys';
import type { VerifyOptions } from '../run';
import { fillActsTrail, SIGNED } from './fill-acts-trail';
import { verifyAll } from './verify-all';

const MONTHS = [3, 4, 5, 6];
const TABLES = ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint', 'event_stub'];
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
    trail = await fillActsTrail('acts', async (made) => expect(await sealTrail(made)).toMatchObject({ ok: true, size: SIGNED }));
    await database.superuser`create schema kept`;
    for (const table of TABLES) await database.superuser.unsafe(`create table kept.${table} as select * from ${table} where trail_id = ${trail.trailId}`);
  });
  beforeEach(async () => {
    if (!isPutBack) return;
    await attack(MONTHS.map((month) => `select ensure_partition('2026-0${month}-01T00:00:00Z')`).join('; '));
    await attack(TABLES.map((table) => `delete from ${table} where trail_id = $T; insert into ${table} select * from kept.${table}`).join('; '));
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
    /** Months go with their partitions, those of 2026 by number. */
    dropMonths: (...months: number[]) =>
      attack(months.map((month) => `alter table audit_event detach partition audit_event_2026_0${month}; drop table audit_event_2026_0${month}`).join('; ')),
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
