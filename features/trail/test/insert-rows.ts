import type { Sql } from 'postgres';
import type { EventRow } from '@/core/event';
import type { TrailId } from '@/db/scope';

/** Rows as they are, past every door, with months and segments: for tests of reading, which are about what stands there and not about how it came. As the superuser. */
export async function insertRows(sql: Sql, trailId: TrailId, rows: readonly EventRow[]) {
  await sql`select ensure_partition(m::timestamptz) from unnest(${rows.map((row) => row.recordedAt)}::text[]) m`;
  const records = rows.map((row) => ({
    trail_id: trailId as number,
    seq: row.seq,
    recorded_at: row.recordedAt,
    occurred_at: row.occurredAt,
    id: row.id,
    v: row.v,
    header_salt: row.headerSalt,
    actor_type: row.actorType,
    actor_id: row.actorId,
    action: row.action,
    resource_type: row.resourceType,
    resource_id: row.resourceId,
    outcome: row.outcome,
    payload_salt: row.payloadSalt,
    details: row.details,
    ip_address: row.ipAddress,
    user_agent: row.userAgent,
    request_id: row.requestId,
    session_id: row.sessionId,
    source: row.source,
    source_epoch: row.sourceEpoch,
    source_seq: row.sourceSeq,
    sealed: row.sealed,
    redaction: row.redaction,
    prev_hash: row.prevHash,
    event_hash: row.eventHash,
  }));
  // As text: postgres.js would make a Date of a timestamp and lose its microseconds.
  for (let i = 0; i < records.length; i += 500) {
    const part = records.slice(i, i + 500).map((record) => `{${Object.entries(record).map(member).join(',')}}`);
    await sql.unsafe('insert into audit_event select * from json_populate_recordset(null::audit_event, $1::text::json)', [`[${part.join(',')}]`]);
  }
  await sql`insert into trail_segment select trail_id, (date_trunc('month', recorded_at at time zone 'UTC'))::date, min(seq), max(seq) from audit_event where trail_id = ${trailId} group by 1, 2`;
  const last = rows.at(-1);
  if (last)
    await sql`update trail_head set next_seq = ${last.seq + 1}, last_hash = ${last.eventHash}, last_recorded_at = ${last.recordedAt}::text::timestamptz where trail_id = ${trailId}`;
}

/** Canonical JSON text stands in the document as it is, so that the column holds those very bytes. */
function member([name, value]: [string, unknown]): string {
  const isRaw = (name === 'details' || name === 'sealed') && typeof value === 'string';
  return `"${name}":${isRaw ? value : JSON.stringify(Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value)}`;
}
