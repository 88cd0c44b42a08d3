// Appending against raw COPY of the very same rows into the same indexed table. Both go through postgres.js, its COPY … FROM STDIN (binary), in batches of 512 one after
// another, each a transaction on disk (fsync and synchronous_commit on), at 0.8 KB an event. Drafts are normalised before, which is the door's work; redaction and hashing
// are the append's, and as in an import or the demo's fill a batch is redacted and hashed while the one before is at the database.
import type { Sql } from 'postgres';
import { COPY_COLUMNS } from '@/core/copy-row';
import { draftMac } from '@/core/mac';
import { normaliseDraft } from '@/core/normalise';
import { openPool } from '@/db/client';
import { copyOut } from '@/db/copy-out';
import { mintScope, mintTrailId, type Scope } from '@/db/scope';
import { writeTransaction } from '@/db/transaction';
import { appendEvents, type Draft, prepareDrafts } from '@/features/trail/mutations/append';
import { createTrail, ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { insertKeys } from '@/features/trail/mutations/event-keys';
import { holdsRows, readRows } from '@/features/trail/mutations/event-rows';
import { draftMacKey } from '@/features/trail/mutations/keys';
import { env } from '@/lib/env';
import { latencyText, measureLatency } from './append-latency';
import { scaleRows } from './scale-rows';
import { median, peakRssMb, rates, rounded, type Subject, timed } from './subject';

const BATCH = 512;
const SLICE = 8; // batches whose drafts are made at once: what is made for the measurement is not to be what is measured
const COLUMNS = COPY_COLUMNS.join(', ');

export const subject: Subject = {
  async prepare() {
    await ensureFirstTrails();
    const made = await createTrail('bench', { synthetic: false }, 'system');
    if (!made.ok) throw new Error(made.reason);
    return { trailId: made.trail.trailId, origin: made.trail.origin };
  },

  async measure({ events, rounds, prepared, say }) {
    const trailId = mintTrailId(Number(prepared.trailId));
    const scope = mintScope([trailId]);
    const sql = openPool(env().DATABASE_OWNER_URL as string, 1); // the same sockets as ours
    const each = Math.max(BATCH, Math.floor(events / rounds));
    const drafts = draftsOf(events, rounds);
    const took = {
      limit: [] as number[],
      ours: [] as number[],
      whole: [] as number[],
      bare: [] as number[],
      readBack: [] as number[],
      keys: [] as number[],
      mac: [] as number[],
    };
    await writeTransaction(scope, (tx) => appendEvents(tx, trailId, [...drafts(BATCH)]));
    await makeCopies(sql);
    for (let round = 1; round <= rounds; round++) {
      const sum = { limit: 0, ours: 0, whole: 0, bare: 0, readBack: 0, keys: 0, mac: 0 };
      for (let left = Math.ceil(each / BATCH); left > 0; left -= SLICE) {
        const batches = Array.from({ length: Math.min(left, SLICE) }, () => [...drafts(BATCH)]);
        sum.mac += await macMs(batches);
        const [{ from }] = (await sql`select next_seq::int as from from trail_head where trail_id = ${trailId}`) as unknown as [{ from: number }];
        sum.ours += await timed(async () => {
          let storing: Promise<unknown> = Promise.resolve();
          for (const [i, batch] of batches.entries()) {
            batches[i] = []; // an import holds two batches, not all
            const prepared = prepareDrafts(batch);
            await storing;
            storing = writeTransaction(scope, (tx) => appendEvents(tx, trailId, batch, { prepared }));
            storing.catch(() => {}); // it is awaited above, a batch later
          }
          await storing;
        });
        for (const [i] of batches.entries()) {
          const copy = await rowsAsCopy(scope, trailId, from + i * BATCH, from + (i + 1) * BATCH, 1_000_000 + round);
          sum.limit += await timed(() => copyInto(sql, 'audit_event', copy));
          sum.bare += await timed(() => copyInto(sql, 'bench_bare', copy));
        }
        const whole = await rowsAsCopy(scope, trailId, from, from + batches.length * BATCH, 2_000_000 + round);
        sum.whole += await timed(() => copyInto(sql, 'audit_event', whole));
        const again = await parts(scope, trailId, prepared.origin as string, from, batches.length);
        sum.readBack += again.readBack;
        sum.keys += again.keys;
      }
      for (const [name, ms] of Object.entries(sum)) took[name as keyof typeof took].push(ms);
      say(`round ${round}: raw COPY ${sum.limit.toFixed(0)} ms, append ${sum.ours.toFixed(0)} ms for ${Math.ceil(each / BATCH) * BATCH} events`);
    }
    await sql.end();
    const rssMb = peakRssMb();
    say('what one append takes, with the sealer and without …');
    const latency = await measureLatency({ trailId, origin: prepared.origin as string }, scope, drafts, BATCH, rounds);
    const count = Math.ceil(each / BATCH) * BATCH;
    const micros = (ms: number[]) => rounded((1000 * median(ms)) / count);
    return {
      name: 'append',
      ...rates(count, took),
      parts: {
        'raw COPY into the indexed table, µs an event': micros(took.limit),
        'of it the indexes, µs an event': rounded(micros(took.limit) - micros(took.bare)),
        'the same rows in COPYs of 4,096, µs an event': micros(took.whole),
        'append, µs an event': micros(took.ours),
        'of it reading back and hashing again, µs an event': micros(took.readBack),
        'of it event_key, µs an event': micros(took.keys),
        'of it the MAC of a draft, µs an event': micros(took.mac),
        'events a batch': BATCH,
        'a batch, p50 / p99 in ms': latencyText(latency.batches),
        'one event by itself, p50 / p99 in ms': latencyText(latency.singles),
      },
      rssMb,
    };
  },
};

/** As an application would send them. */
function draftsOf(events: number, rounds: number): (count: number) => Generator<Draft> {
  const rows = scaleRows({
    events: 2 * events + (8 + 100 * rounds) * BATCH,
    origin: 'bench.invalid/drafts',
    logVkey: 'none',
    end: '2026-11-25T00:00:00Z',
    months: 12,
  });
  rows.next(); // event 0 is the trail's own
  return function* (count) {
    for (let i = 0; i < count; i++) {
      const row = rows.next().value;
      if (!row) throw new Error('the generator is through');
      const text = JSON.stringify({
        occurred_at: row.occurredAt,
        actor_type: row.actorType,
        actor_id: row.actorId,
        action: row.action,
        resource_type: row.resourceType,
        resource_id: row.resourceId,
        outcome: row.outcome,
        details: JSON.parse(row.details),
        ip_address: row.ipAddress,
        user_agent: row.userAgent,
        request_id: row.requestId,
        session_id: row.sessionId,
      });
      const normalised = normaliseDraft(text, { kind: 'api', source: row.source });
      if (!normalised.ok) throw new Error(`${normalised.error}: ${normalised.message}`);
      yield { draft: normalised.draft, macBytes: normalised.canonical, redact: true };
    }
  };
}

/** The table without its indexes, and nobody's trail for the rows that are copied again. */
async function makeCopies(sql: Sql) {
  await sql`create table bench_bare (like audit_event)`;
}

/** Rows that were appended, as COPY gives them, under another trail's number. */
async function rowsAsCopy(scope: Scope, trailId: number, from: number, to: number, as: number): Promise<Buffer[]> {
  const query = `select ${as}::int as trail_id, ${COLUMNS} from event_view where trail_id = ${trailId} and seq >= ${from} and seq < ${to} order by seq`;
  const chunks: Buffer[] = [];
  for await (const chunk of copyOut({ scope, query })) chunks.push(chunk);
  return chunks;
}

async function copyInto(sql: Sql, table: string, chunks: readonly Buffer[]) {
  const stream = await sql.unsafe(`copy ${table} (trail_id, ${COLUMNS}) from stdin (format binary)`).writable();
  await new Promise<void>((done, failed) => {
    stream.once('error', failed);
    stream.once('finish', done);
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
  });
}

const macMs = (batches: readonly Draft[][]) =>
  timed(async () => {
    const key = draftMacKey();
    for (const batch of batches) for (const { macBytes } of batch) draftMac(key, macBytes);
  });

class Undo extends Error {}

/** What single steps of an append cost, by doing them again for the same rows in a transaction that is undone. */
async function parts(scope: Scope, trailId: ReturnType<typeof mintTrailId>, origin: string, from: number, batches: number) {
  const took = { readBack: 0, keys: 0 };
  await writeTransaction(scope, async (tx) => {
    for (let i = 0; i < batches; i++) {
      const [first, end] = [from + i * BATCH, from + (i + 1) * BATCH];
      const rows = await readRows(tx, trailId, 'seq >= $2 and seq < $3', [first, end]);
      took.readBack += await timed(async () => {
        if (!(await holdsRows(tx, trailId, origin, rows))) throw new Error('a row does not hold');
      });
      const entries = rows.map((row) => ({ row, source: 'again', mac: row.eventHash }));
      took.keys += await timed(() => insertKeys(tx, trailId, entries));
    }
    throw new Undo();
  }).catch((cause) => {
    if (!(cause instanceof Undo)) throw cause;
  });
  return took;
}
