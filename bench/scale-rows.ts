// A trail of any size for measuring: real events of SPEC §1 in a real chain (a verification of it finds nothing), deterministic, loaded by COPY into a scratch database.
//
//   node --conditions=react-server --import tsx bench/scale-rows.ts --url postgres://… --events 2000000 [--alias main] [--end 2026-11-25T00:00:00Z] [--months 12]
//
// About 0.8 KB an event; 400 people, 20 services, 12 admins; 41 actions; 26,000 resources, a few of them hot; 3 % failed, 1 % denied; one event in a hundred up to two days late.
import crypto from 'node:crypto';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import postgres, { type Sql } from 'postgres';
import { type EventRow, genesisHash, hashRow } from '@/core/event';
import { canonicalJson } from '@/core/jcs';

export type Scale = { events: number; origin: string; logVkey: string; end: string; months: number; seed?: number };

/** Rows in seq order, each linked to the one before. */
export function* scaleRows({ events, origin, logVkey, end, months, seed = 1 }: Scale): Generator<EventRow> {
  const random = mulberry32(seed);
  const last = Date.parse(end);
  const first = new Date(last);
  first.setUTCMonth(first.getUTCMonth() - months);
  const step = events > 1 ? (last - first.getTime()) / events : 0;
  let prevHash = genesisHash(origin);
  for (let seq = 0; seq < events; seq++) {
    const recorded = first.getTime() + seq * step;
    const late = random() < 0.01 ? random() * 172_800_000 : random() * 4_000;
    const body = seq === 0 ? created(logVkey) : drawEvent(random, seq);
    const row: EventRow = {
      seq,
      id: uuid(random),
      recordedAt: instant(recorded),
      occurredAt: instant(seq === 0 ? recorded : recorded - late),
      v: 1,
      headerSalt: bytes16(random),
      payloadSalt: bytes16(random),
      sealed: null,
      redaction: seq === 0 ? null : 'default-1',
      sourceEpoch: null,
      sourceSeq: null,
      prevHash,
      eventHash: prevHash,
      ...body,
    };
    row.eventHash = hashRow(origin, row);
    prevHash = row.eventHash;
    yield row;
  }
}

type Body = Pick<
  EventRow,
  'actorType' | 'actorId' | 'action' | 'resourceType' | 'resourceId' | 'outcome' | 'details' | 'ipAddress' | 'userAgent' | 'requestId' | 'sessionId' | 'source'
>;

const created = (logVkey: string): Body => ({
  actorType: 'system',
  actorId: 'indelible',
  action: 'trail.created',
  resourceType: 'trail',
  resourceId: '',
  outcome: 'success',
  details: canonicalJson({ hash_version: 1, log_vkey: logVkey, synthetic: true }),
  ipAddress: null,
  userAgent: null,
  requestId: null,
  sessionId: null,
  source: null,
});

const TYPES: [name: string, count: number, verbs: string[]][] = [
  ['patient', 20_000, ['read', 'read', 'read', 'read', 'update', 'export']],
  ['merchant', 3_000, ['read', 'read', 'update', 'limit.update', 'hold.set', 'hold.release']],
  ['invoice', 2_500, ['read', 'create', 'approve', 'pay']],
  ['payout', 400, ['request', 'release', 'read', 'cancel']],
  ['account', 450, ['create', 'disable', 'role.grant', 'role.revoke', 'password.change']],
  ['bucket', 60, ['GetObject', 'PutObject', 'ListObjects', 'DeleteObject']],
  ['config', 40, ['read', 'update', 'deploy']],
  ['report', 30, ['run', 'export']],
  ['host', 20, ['login', 'logout', 'sudo', 'login']],
];
const AGENTS = ['Firefox/142.0 (macOS)', 'Chrome/141.0 (Windows NT 10.0)', 'back-office/4.12.0', 'payouts-api/2.3.1 node/20.20', 'aws-cli/2.17.0 Python/3.12'];

function drawEvent(random: () => number, seq: number): Body {
  const [type, count, verbs] = pick(random, TYPES);
  const resource = Math.floor(count * random() ** 3); // a few are hot
  const verb = pick(random, verbs);
  const kind = random();
  const [actorType, actorId] =
    kind < 0.62
      ? ['user', `u-${1000 + Math.floor(400 * random() ** 1.6)}`]
      : kind < 0.92
        ? ['service', `svc-${Math.floor(20 * random())}`]
        : kind < 0.97
          ? ['admin', `adm-${Math.floor(12 * random())}`]
          : ['system', `job-${Math.floor(3 * random())}`];
  const luck = random();
  const outcome = luck < 0.01 ? 'denied' : luck < 0.04 ? 'failure' : 'success';
  const isChange = !['read', 'GetObject', 'ListObjects', 'login', 'logout', 'run'].includes(verb);
  const details: Record<string, unknown> = {
    module: `${type}-service`,
    purpose: pick(random, ['treatment', 'billing', 'support', 'operations', 'audit']),
    read_only: !isChange,
    tenant: `t-${Math.floor(12 * random())}`,
    trace: Math.floor(random() * 2 ** 48)
      .toString(16)
      .padStart(12, '0'),
    note: 'The text that an application writes beside its event, so that a row has the size that rows have in the field.',
  };
  if (isChange && outcome === 'success')
    details.changes = {
      state: { new: `s${seq % 7}`, old: `s${(seq + 3) % 7}` },
      limit: { new: String(1000 + (seq % 50) * 100), old: String(1000 + ((seq + 9) % 50) * 100) },
    };
  if (outcome !== 'success') details.error_code = outcome === 'denied' ? 'AccessDenied' : pick(random, ['Timeout', 'NotFound', 'Conflict', 'Throttled']);
  if (actorType === 'admin') details.ticket = `CHG-${2000 + (seq % 900)}`;
  return {
    actorType: actorType as string,
    actorId: actorId as string,
    action: `${type}.${verb}`,
    resourceType: type,
    resourceId: `${type.slice(0, 1).toUpperCase()}-${String(resource).padStart(5, '0')}`,
    outcome,
    details: canonicalJson(details as never),
    ipAddress: actorType === 'system' ? null : `10.${20 + Math.floor(6 * random())}.${Math.floor(40 * random())}.${Math.floor(250 * random())}`,
    userAgent: pick(random, AGENTS),
    requestId: `r-${seq.toString(36)}-${Math.floor(random() * 1e9).toString(36)}`,
    sessionId: actorType === 'user' || actorType === 'admin' ? `s-${Math.floor(seq / 40).toString(36)}` : null,
    source: actorType === 'service' ? 'payouts' : 'back-office',
  };
}

/** What the trail's head holds after the load. */
export type LoadedScale = { trailId: number; events: number; nextSeq: number; lastHash: Buffer };

export type LoadScale = Scale & {
  alias: string /** SPEC §3, of the finished head; random bytes where nobody will check it */;
  mac?: (nextSeq: number, lastHash: Buffer) => Buffer;
  onProgress?: (done: number) => void;
};

/** Loads as superuser or owner: a trail that is not there yet, its months, rows, keys, segments and head; then VACUUM ANALYZE, as a live system would have had. */
export async function loadScaleRows(sql: Sql, scale: LoadScale): Promise<LoadedScale> {
  const [trail] = await sql<
    { trail_id: number }[]
  >`insert into trail (origin, alias, log_vkey, is_synthetic) values (${scale.origin}, ${scale.alias}, ${scale.logVkey}, true) returning trail_id`;
  const trailId = trail?.trail_id as number;
  await sql`select ensure_partition(m) from generate_series(date_trunc('month', ${scale.end}::timestamptz - make_interval(months => ${scale.months}), 'UTC'), ${scale.end}::timestamptz, interval '1 month') m`;
  const last = await sql.begin(async (tx) => {
    await tx`set local synchronous_commit = off`;
    const events = await tx`copy audit_event (trail_id, ${tx.unsafe(COLUMNS)}) from stdin`.writable();
    let row: EventRow | undefined;
    for (row of scaleRows(scale)) {
      await write(events, `${trailId}\t${copyLine(row)}`);
      if (row.seq % 50_000 === 0) scale.onProgress?.(row.seq);
    }
    events.end(pending); // what was not a whole piece yet
    pending = '';
    await once(events, 'finish');
    const nextSeq = row ? row.seq + 1 : 0;
    const lastHash = row?.eventHash ?? genesisHash(scale.origin);
    await tx`insert into event_key (trail_id, id, source, seq, mac_key, draft_mac) select trail_id, id, coalesce(source, ''), seq, 1, event_hash from audit_event where trail_id = ${trailId}`;
    await tx`insert into trail_segment select trail_id, (date_trunc('month', recorded_at at time zone 'UTC'))::date, min(seq), max(seq) from audit_event where trail_id = ${trailId} group by 1, 2`;
    await tx`insert into trail_head (trail_id, next_seq, last_hash, last_recorded_at, mac)
      values (${trailId}, ${nextSeq}, ${lastHash}, ${row?.recordedAt ?? null}, ${scale.mac?.(nextSeq, lastHash) ?? crypto.randomBytes(32)})`;
    return { nextSeq, lastHash };
  });
  await sql`vacuum (analyze) audit_event`;
  await sql`vacuum (analyze) event_key`;
  return { trailId, events: last.nextSeq, ...last };
}

const COLUMNS =
  'seq, recorded_at, occurred_at, id, v, header_salt, actor_type, actor_id, action, resource_type, resource_id, outcome, payload_salt, details, ip_address, user_agent, request_id, session_id, source, source_epoch, source_seq, sealed, redaction, prev_hash, event_hash';

function copyLine(row: EventRow): string {
  const hex = (bytes: Buffer) => `\\\\x${bytes.toString('hex')}`;
  const cells = [
    row.seq,
    row.recordedAt,
    row.occurredAt,
    row.id,
    row.v,
    hex(row.headerSalt),
    row.actorType,
    row.actorId,
    row.action,
    row.resourceType,
    row.resourceId,
    row.outcome,
    hex(row.payloadSalt),
  ];
  const rest = [
    row.details,
    row.ipAddress,
    row.userAgent,
    row.requestId,
    row.sessionId,
    row.source,
    row.sourceEpoch,
    row.sourceSeq,
    row.sealed,
    row.redaction,
  ].map((value) => (value === null ? '\\N' : String(value).replaceAll('\\', '\\\\')));
  return `${cells.join('\t')}\t${rest.join('\t')}\t${hex(row.prevHash)}\t${hex(row.eventHash)}\n`;
}

let pending = '';
async function write(stream: Writable, line: string) {
  pending += line;
  if (pending.length < 1 << 18) return;
  const chunk = pending;
  pending = '';
  if (!stream.write(chunk)) await once(stream, 'drain');
}

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const instant = (ms: number) => `${new Date(ms).toISOString().slice(0, 23)}${String(Math.floor((ms % 1) * 1000)).padStart(3, '0')}Z`;
const bytes16 = (random: () => number) => {
  const bytes = Buffer.alloc(16);
  for (let i = 0; i < 16; i += 4) bytes.writeUInt32LE(random() * 2 ** 32, i);
  return bytes;
};
function uuid(random: () => number): string {
  const bytes = bytes16(random);
  bytes[6] = 0x80 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// by its name too: inside a bundle every file is the one that was started
if (process.argv[1] === import.meta.filename && import.meta.filename.endsWith('scale-rows.ts')) {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      events: { type: 'string', default: '2000000' },
      alias: { type: 'string', default: 'main' },
      end: { type: 'string', default: '2026-11-25T00:00:00Z' },
      months: { type: 'string', default: '12' },
    },
  });
  if (!values.url) throw new Error('--url: a superuser or owner of a migrated scratch database');
  const sql = postgres(values.url, { onnotice: () => {}, connection: { TimeZone: 'UTC' } });
  const started = performance.now();
  const loaded = await loadScaleRows(sql, {
    events: Number(values.events),
    origin: `scale.invalid/${values.alias}`,
    alias: values.alias,
    logVkey: 'none',
    end: values.end,
    months: Number(values.months),
    onProgress: (done) => process.stderr.write(`\r${done}`),
  });
  console.log(`\n${loaded.events} events in trail ${loaded.trailId}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  await sql.end();
}
