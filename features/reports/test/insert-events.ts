import type { TrailId } from '@/db/scope';
import type { TestDatabase } from '@/db/test/database';
import { insertTrail } from '@/db/test/events';
import type { TestEvent } from './datasets';

let made = 0;

/** A trail of its own that holds these events. */
export async function insertTestTrail(superuser: TestDatabase['superuser'], events: readonly TestEvent[]): Promise<TrailId> {
  const trailId = await insertTrail(superuser, `t${made++}`);
  await insertTestEvents(superuser, trailId, events);
  return trailId;
}

/** Rows for tests of reports alone: in order, recorded when they happened, their hashes no hashes. As the superuser. Sets the head so that as-of is the last of them. */
export async function insertTestEvents(superuser: TestDatabase['superuser'], trailId: TrailId, events: readonly TestEvent[]) {
  const rows = events.map((event, seq) => ({ seq, ...event }));
  await superuser`select ensure_partition(m) from (select distinct date_trunc('month', (e ->> 'occurredAt')::timestamptz, 'UTC') m from json_array_elements(${JSON.stringify(rows)}::text::json) e) d`;
  for (let at = 0; at < rows.length; at += 1000) {
    await superuser`insert into audit_event (trail_id, seq, recorded_at, occurred_at, id, v, header_salt, actor_type, actor_id, action, resource_type, resource_id, outcome, payload_salt, details, ip_address, prev_hash, event_hash)
      select ${trailId}, e.seq, e."occurredAt", e."occurredAt", gen_random_uuid(), 1, '\\x00', e."actorType", e."actorId", e.action, e."resourceType", e."resourceId", e.outcome, '\\x00', e.details::json, e.ip, '\\x00', '\\x00'
      from json_to_recordset(${JSON.stringify(rows.slice(at, at + 1000))}::text::json) as e(seq bigint, "occurredAt" timestamptz, "actorType" text, "actorId" text, action text, "resourceType" text, "resourceId" text, outcome text, ip text, details text)`;
  }
  await superuser`update trail_head set next_seq = ${rows.length} where trail_id = ${trailId}`;
}
