// A second verifier, written from docs/spec.md alone: no code of core/ or of the product, no JSON.stringify, rows one by one in the plainest way there is.
// It is slow and says everything it finds in words. Tests of whatever writes the trail end with it.
import { createHash, createHmac } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Sql } from 'postgres';

type Row = Record<string, string | null>;

const hex = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

/**
 * @param sql the superuser's pool
 * @param home where keys/head-mac.key lies
 * @returns one sentence for each thing that is wrong; an empty list means the whole trail holds
 */
export async function naiveVerify(sql: Sql, origin: string, home: string): Promise<string[]> {
  const wrong: string[] = [];
  const [trail] = await sql<
    { id: number; vkey: string; synthetic: boolean }[]
  >`select trail_id as id, log_vkey as vkey, is_synthetic as synthetic from trail where origin = ${origin}`;
  if (!trail) return [`there is no trail ${origin}`];

  let expected = 0;
  let last = hex(`audit-genesis/v1\n${origin}\n`);
  let lastRecorded = '';
  const months = new Map<string, { first: number; last: number }>();
  const keys = new Map<string, number>();

  const rows = sql<Row[]>`
    select seq::text, v::text, id::text, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as recorded_at,
      to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred_at, actor_type, actor_id, action, resource_type, resource_id, outcome,
      encode(header_salt, 'base64') as header_salt, encode(payload_salt, 'base64') as payload_salt, details::text, ip_address, user_agent, request_id, session_id,
      source, source_epoch::text, source_seq::text, sealed::text, redaction, encode(prev_hash, 'hex') as prev_hash, encode(event_hash, 'hex') as event_hash
    from audit_event where trail_id = ${trail.id} order by audit_event.seq, audit_event.recorded_at`.cursor(200);

  for await (const page of rows) {
    for (const row of page) {
      const seq = Number(row.seq);
      if (seq !== expected) wrong.push(`seq ${seq} stands where ${expected} is due`);
      if (row.prev_hash !== last) wrong.push(`seq ${seq} names another hash before it`);
      const header = object({
        v: row.v ?? '?',
        salt: string(base64url(row.header_salt)),
        trail: string(origin),
        seq: row.seq ?? '?',
        id: string(row.id),
        recorded_at: string(row.recorded_at),
        occurred_at: string(row.occurred_at),
        actor_type: string(row.actor_type),
        actor_id: string(row.actor_id),
        action: string(row.action),
        resource_type: string(row.resource_type),
        resource_id: string(row.resource_id),
        outcome: string(row.outcome),
      });
      const payload: Record<string, string> = { salt: string(base64url(row.payload_salt)), details: row.details ?? '?' };
      for (const name of ['ip_address', 'user_agent', 'request_id', 'session_id', 'source', 'source_epoch', 'redaction']) {
        if (row[name] === '') wrong.push(`seq ${seq}: ${name} is an empty text, NULL is due`);
        if (row[name] !== null) payload[name] = string(row[name]);
      }
      if (row.source_seq !== null) payload.source_seq = row.source_seq ?? '?';
      if (row.sealed !== null) payload.sealed = row.sealed ?? '?';
      if (canonical(JSON.parse(row.details ?? 'null')) !== row.details) wrong.push(`seq ${seq}: details are not canonical`);

      const link = hex(`audit-chain/v1\n${row.seq}\n${row.prev_hash}\n${hex(header)}\n${hex(object(payload))}\n`);
      if (link !== row.event_hash) wrong.push(`seq ${seq} does not give its hash`);
      if ((row.recorded_at ?? '') < lastRecorded) wrong.push(`seq ${seq} is recorded before the one before it`);
      if (seq === 0) checkFirst(row, trail, wrong);

      const month = `${(row.recorded_at ?? '').slice(0, 7)}-01`;
      const segment = months.get(month);
      if (segment) segment.last = seq;
      else months.set(month, { first: seq, last: seq });
      const key = `${row.id} ${row.source ?? ''}`;
      if (keys.has(key)) wrong.push(`seq ${seq} has the id and source of ${keys.get(key)}`);
      keys.set(key, seq);
      last = row.event_hash ?? '';
      lastRecorded = row.recorded_at ?? '';
      expected = seq + 1;
    }
  }
  await checkHead(sql, trail.id, origin, home, { expected, last, lastRecorded }, wrong);
  await checkDerived(sql, trail.id, months, keys, wrong);
  return wrong;
}

function checkFirst(row: Row, trail: { vkey: string; synthetic: boolean }, wrong: string[]) {
  const details = JSON.parse(row.details ?? '{}') as Record<string, unknown>;
  if (row.action !== 'trail.created' || row.actor_type !== 'system' || row.actor_id !== 'indelible') wrong.push("event 0 is not the system's trail.created");
  if (details.hash_version !== 1 || details.log_vkey !== trail.vkey || details.synthetic !== trail.synthetic)
    wrong.push('event 0 does not say what the trail is');
}

type End = { expected: number; last: string; lastRecorded: string };

async function checkHead(sql: Sql, trailId: number, origin: string, home: string, { expected, last, lastRecorded }: End, wrong: string[]) {
  const [head] = await sql<Row[]>`
    select next_seq::text, encode(last_hash, 'hex') as last_hash, to_char(last_recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as recorded, encode(mac, 'hex') as mac
    from trail_head where trail_id = ${trailId}`;
  if (head?.next_seq !== String(expected)) wrong.push(`the head stands at ${head?.next_seq}, the rows end at ${expected}`);
  if (head?.last_hash !== last) wrong.push('the head names another last hash');
  if ((head?.recorded ?? '') !== lastRecorded) wrong.push('the head names another time');
  const key = Buffer.from(fs.readFileSync(path.join(home, 'keys/head-mac.key'), 'utf8').trim(), 'hex');
  const mac = createHmac('sha256', key).update(`audit-head/v1\n${origin}\n${head?.next_seq}\n${head?.last_hash}\n`).digest('hex');
  if (head?.mac !== mac) wrong.push("the head's MAC is not ours");
}

async function checkDerived(sql: Sql, trailId: number, months: Map<string, { first: number; last: number }>, keys: Map<string, number>, wrong: string[]) {
  for (const row of await sql`select id::text || ' ' || source as key, seq::int as seq from event_key where trail_id = ${trailId}`) {
    if (keys.get(row.key) !== row.seq) wrong.push(`event_key has ${row.key} at ${row.seq}, the rows at ${keys.get(row.key)}`);
    keys.delete(row.key);
  }
  for (const [key, seq] of keys) wrong.push(`event_key lacks ${key} of ${seq}`);
  for (const row of await sql`select month::text as month, first_seq::int as first, last_seq::int as last from trail_segment where trail_id = ${trailId}`) {
    const due = months.get(row.month);
    if (due?.first !== row.first || due?.last !== row.last)
      wrong.push(`trail_segment says ${row.first}–${row.last} of ${row.month}, the rows ${due?.first}–${due?.last}`);
    months.delete(row.month);
  }
  for (const month of months.keys()) wrong.push(`trail_segment lacks ${month}`);
}

/** Members sorted by UTF-16 code units; values are JSON text already. */
function object(members: Record<string, string>): string {
  const names = Object.keys(members).sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${string(name)}:${members[name]}`).join(',')}}`;
}

/** RFC 8785 §3.2.2.2. */
function string(value: string | null | undefined): string {
  let out = '"';
  for (const char of value ?? 'NULL') {
    const code = char.charCodeAt(0);
    if (char === '"') out += '\\"';
    else if (char === '\\') out += '\\\\';
    else if (char === '\b') out += '\\b';
    else if (char === '\t') out += '\\t';
    else if (char === '\n') out += '\\n';
    else if (char === '\f') out += '\\f';
    else if (char === '\r') out += '\\r';
    else if (code < 0x20) out += `\\u00${code < 16 ? '0' : ''}${code.toString(16)}`;
    else out += char;
  }
  return `${out}"`;
}

function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return String(value); // RFC 8785 takes ECMAScript's text of a double; -0 is written 0
  if (typeof value === 'string') return string(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members: Record<string, string> = Object.create(null);
  for (const [name, member] of Object.entries(value as object)) members[name] = canonical(member);
  return object(members);
}

const base64url = (base64: string | null | undefined) => (base64 ?? '').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
