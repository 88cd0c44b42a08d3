import crypto from 'node:crypto';
import type { Sql } from 'postgres';
import { mintTrailId, type TrailId } from '../scope';

/** A trail without its first event, for tests of the tables alone: its rows are in order but their hashes are no hashes. */
export async function insertTrail(superuser: Sql, alias: string): Promise<TrailId> {
  const [row] = await superuser<{ id: number }[]>`
    insert into trail (origin, alias, log_vkey, is_synthetic) values (${`audit.example.com/${alias}`}, ${alias}, 'none', false) returning trail_id as id`;
  const trailId = mintTrailId(row?.id ?? 0);
  await superuser`insert into trail_head (trail_id, last_hash, mac) values (${trailId}, ${crypto.randomBytes(32)}, ${crypto.randomBytes(32)})`;
  return trailId;
}

type Fill = { trailId: TrailId; from?: number; events: number /** of the first, RFC 3339 */; start: string; stepSeconds?: number };

/** Rows that look like events, one every `stepSeconds`; makes the months they need. `sql` as the superuser or as the writer. */
export async function insertEvents(sql: Pick<Sql, 'unsafe'>, { trailId, from = 0, events, start, stepSeconds = 1 }: Fill) {
  const time = `timestamptz '${start}' + (g - ${from}) * interval '${stepSeconds} seconds'`;
  await sql.unsafe(
    `select ensure_partition(m) from generate_series(date_trunc('month', timestamptz '${start}', 'UTC'), timestamptz '${start}' + ${events} * interval '${stepSeconds} seconds', interval '1 month') m`,
  );
  await sql.unsafe(`insert into audit_event (trail_id, seq, recorded_at, occurred_at, id, v, header_salt, actor_type, actor_id, action, resource_type, resource_id, outcome, payload_salt, details, ip_address, prev_hash, event_hash)
    select ${trailId}, g, ${time}, ${time}, gen_random_uuid(), 1, decode(md5('h' || g), 'hex'), (array['user', 'service', 'system', 'admin'])[1 + g % 4], 'actor-' || g % 40, 'thing.' || (array['read', 'changed', 'deleted'])[1 + g % 3],
      'thing', g::text, (array['success', 'success', 'success', 'failure', 'denied'])[1 + g % 5], decode(md5('p' || g), 'hex'), ('{"n":' || g || '}')::json, '10.0.0.' || g % 250, sha256(convert_to((g - 1)::text, 'UTF8')), sha256(convert_to(g::text, 'UTF8'))
    from generate_series(${from}::bigint, ${from + events - 1}::bigint) g`);
}
