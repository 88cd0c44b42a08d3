// Idempotency: which draft became which event (SPEC §3). The primary key has the id first, so an id is looked up under any source.
import { timingSafeEqual } from 'node:crypto';
import { draftMac } from '@/core/mac';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';
import { CopyEncoder } from './copy-encoder';
import { copyIn } from './copy-in';
import { DRAFT_KEY, draftMacKey } from './keys';

/** `seq` of an event that is stored, or `index` of one that this batch is about to store. */
export type KnownKey = { source: string; macKey: number; mac: Buffer; seq: number };

/** By id, under whatever source. */
export type KnownKeys = Map<string, KnownKey[]>;

export async function findKeys(tx: Tx, trailId: TrailId, ids: readonly string[]): Promise<KnownKeys> {
  const known: KnownKeys = new Map();
  if (ids.length === 0) return known;
  const rows = await sqlOf(tx).unsafe<{ id: string; source: string; seq: string; mac_key: number; draft_mac: Buffer }[]>(
    'select id, source, seq, mac_key, draft_mac from event_key where trail_id = $1 and id = any($2::text::uuid[])',
    [trailId, `{${ids.join(',')}}`],
  );
  for (const row of rows) addKey(known, row.id, { source: row.source, macKey: row.mac_key, mac: row.draft_mac, seq: Number(row.seq) });
  return known;
}

export function addKey(known: KnownKeys, id: string, key: KnownKey) {
  const keys = known.get(id);
  if (keys) keys.push(key);
  else known.set(id, [key]);
}

/** Is this the draft that the key stands for? Judged by the MAC key that the event was written with. */
export function isSameDraft(key: KnownKey, mac: Buffer, macBytes: string | Uint8Array): boolean {
  const again = key.macKey === DRAFT_KEY ? mac : draftMac(draftMacKey(key.macKey), macBytes);
  return again.length === key.mac.length && timingSafeEqual(again, key.mac);
}

export async function insertKeys(tx: Tx, trailId: TrailId, keys: readonly { id: string; source: string; seq: number; mac: Buffer }[]): Promise<void> {
  const encoder = new CopyEncoder(keys.length * 128);
  for (const { id, source, seq, mac } of keys) {
    encoder.row(6);
    encoder.int4(trailId);
    encoder.uuid(id);
    encoder.text(source);
    encoder.int8(seq);
    encoder.int2(DRAFT_KEY);
    encoder.bytea(mac);
  }
  await copyIn(tx, 'copy event_key (trail_id, id, source, seq, mac_key, draft_mac) from stdin (format binary)', encoder.end());
}
