// What a restored own trail still vouches for: what a key of ours signed, and not what one signed that was called stolen since.
import { beforeAll, expect, test, vi } from 'vitest';
import type { TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { declareCompromised } from '@/features/sealing/mutations/declare-compromised';
import { rotateKey } from '@/features/sealing/mutations/rotate-key';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { recordActNow } from '@/features/trail/mutations/record-act';
import { listOwnEvents } from './queries/own-events';

vi.setConfig({ testTimeout: 60_000 });
const { superuser: sql } = await freshDatabase();
const TABLES = ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint'];
let own: { trailId: TrailId; origin: string };

beforeAll(async () => {
  await ensureFirstTrails();
  const [row] = await sql<{ trailId: TrailId; origin: string }[]>`select trail_id as "trailId", origin from trail where alias = 'indelible'`;
  own = row as typeof own;
});

const keep = async (state: string) => {
  await sql.unsafe(`create schema ${state}`);
  for (const table of TABLES) await sql.unsafe(`create table ${state}.${table} as select * from ${table} where trail_id = ${own.trailId}`);
};
const restore = (state: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const table of TABLES) await tx.unsafe(`delete from ${table} where trail_id = ${own.trailId}; insert into ${table} select * from ${state}.${table}`);
  });
async function seal(): Promise<number> {
  const sealed = await sealTrail(own);
  if (!sealed.ok) throw new Error(sealed.reason);
  return sealed.size;
}

/** A run that the own trail tells of, signed by a key that another follows and calls stolen; then the database as it was before that. @param more by how many events the key is trusted beyond it */
async function restoredBefore(run: string, more: 0 | -1): Promise<{ events: unknown[]; again: () => Promise<unknown> }> {
  await recordActNow({ action: 'verification.started', actor: 'system', resourceType: 'run', resourceId: run });
  const size = await seal();
  await keep(`old_${run}`);
  await rotateKey(own);
  expect(await declareCompromised(own, size + more)).toMatchObject({ ok: true });
  await seal();
  await keep(`new_${run}`);
  await restore(`old_${run}`);
  await sql`update trail_head set mac = sha256(mac) where trail_id = ${own.trailId}`; // who has a key of the log has not that of the end marker
  return { events: await listOwnEvents('verification.started', [Number(run)]), again: () => restore(`new_${run}`) };
}

test('an event below a note that a key of ours signed is ours, as far as the key is trusted', async () => {
  const { events, again } = await restoredBefore('7001', 0);
  expect(events).toMatchObject([{ by: 'root', trail: own.origin }]);
  await again();
});

test('one that a note alone vouches for above the last trusted size of its key is nobody’s', async () => {
  const { events, again } = await restoredBefore('7002', -1);
  expect(events).toEqual([]);
  await again();
  expect(await listOwnEvents('verification.started', [7002])).toHaveLength(1); // by what the newer key signed
});
