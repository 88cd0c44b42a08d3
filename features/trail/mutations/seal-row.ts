// SPEC §4: values that leave the payload before it is hashed. A commitment stays in the row; the disclosure goes into sealed_value, in the transaction of the event.
import { randomBytes } from 'node:crypto';
import type { EventRow } from '@/core/event';
import { canonicalJson } from '@/core/jcs';
import { type JsonObject, newObject } from '@/core/json';
import { type SealedValue, sealPayload } from '@/core/sealed';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';

const SALT_BYTES = 16;

// The source names an event's key beside its id, and the rule set says what may stand in it: neither is anybody's secret.
const STAYS = /^\/(?:source|source_epoch|source_seq|redaction)$/;

/** Takes the places out of the row and puts their commitments in. @param details what the row's text says @throws TypeError for a place that may not be sealed */
export function sealRow(row: EventRow, details: JsonObject, pointers: readonly string[]): SealedValue[] {
  const payload = newObject();
  payload.details = details;
  const texts = { ip_address: row.ipAddress, user_agent: row.userAgent, request_id: row.requestId, session_id: row.sessionId };
  for (const [name, value] of Object.entries(texts)) if (value !== null) payload[name] = value;
  const outcome = sealPayload(
    payload,
    pointers.map((pointer) => ({ pointer, salt: randomBytes(SALT_BYTES) })),
  );
  const refused = outcome.ok ? pointers.find((pointer) => STAYS.test(pointer)) : outcome.pointer;
  if (!outcome.ok || refused !== undefined) throw new TypeError(`${refused} may not be sealed`);
  if (outcome.sealed.length === 0) return [];
  const text = (name: string) => (outcome.payload[name] ?? null) as string | null;
  row.details = canonicalJson(outcome.payload.details as JsonObject);
  row.ipAddress = text('ip_address');
  row.userAgent = text('user_agent');
  row.requestId = text('request_id');
  row.sessionId = text('session_id');
  row.sealed = canonicalJson(outcome.payload.sealed as JsonObject);
  return outcome.sealed;
}

type Sealed = { row: Pick<EventRow, 'seq'>; sealed: readonly SealedValue[] };

/** The disclosures of numbered events. Nothing is sent where there are none. */
export async function insertSealedValues(tx: Tx, trailId: TrailId, events: readonly Sealed[]): Promise<void> {
  const values = events.flatMap(({ row, sealed }) => sealed.map(({ pointer, disclosure }) => ({ seq: row.seq, pointer, disclosure })));
  if (values.length === 0) return;
  await sqlOf(tx).unsafe(
    `insert into sealed_value (trail_id, seq, pointer, disclosure)
     select $1, v.seq, v.pointer, v.disclosure from json_to_recordset($2::text::json) v(seq bigint, pointer text, disclosure text)`,
    [trailId, JSON.stringify(values)],
  );
}
