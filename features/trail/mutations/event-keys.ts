// Idempotency: which draft became which event (SPEC §3). The primary key has the id first, so an id is looked up under any source.
import { timingSafeEqual } from 'node:crypto';
import type { EventRow } from '@/core/event';
import { draftMac } from '@/core/mac';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';
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

type Keyed = { row: Pick<EventRow, 'id' | 'seq'>; source: string; mac: Buffer };

/** As arrays and not by COPY: it goes in one message with what is before and behind it. */
export async function insertKeys(tx: Tx, trailId: TrailId, events: readonly Keyed[]): Promise<void> {
  await sqlOf(tx).unsafe(
    `insert into event_key (trail_id, id, source, seq, mac_key, draft_mac)
     select $1, k.id, k.source, k.seq, ${DRAFT_KEY}, k.mac from unnest($2::text::uuid[], $3::text::text[], $4::text::bigint[], $5::text::bytea[]) k(id, source, seq, mac)`,
    [
      trailId,
      `{${events.map(({ row }) => row.id).join(',')}}`,
      `{${events.map(({ source }) => quoted(source)).join(',')}}`,
      `{${events.map(({ row }) => row.seq).join(',')}}`,
      `{${events.map(({ mac }) => `"\\\\x${mac.toString('hex')}"`).join(',')}}`,
    ],
  );
}

/** An element of PostgreSQL's array text. */
const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
