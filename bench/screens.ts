// What each read behind the screens costs on a trail of bench/scale-rows.ts: median of five, in one transaction as the reader: with its round trips, and on the server's processor alone.
//
//   node --conditions=react-server --import tsx bench/screens.ts --url <login> [--trail 1] [--only page] [--explain] [--json]
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { sql } from 'drizzle-orm';
import { bindRuntime, openRuntime } from '@/db/runtime';
import { mintScope, mintTrailId } from '@/db/scope';
import { readTransaction, type Tx } from '@/db/transaction';
import { countEvents } from '@/features/trail/queries/count-events';
import { getEvent, getNeighbours, listSameActor } from '@/features/trail/queries/get-event';
import { countOthersBetween, getResourceFacts, kindsRecorded, listRecordedChanges, listResourceEvents } from '@/features/trail/queries/get-resource';
import { eventHistogram } from '@/features/trail/queries/histogram';
import { listEvents } from '@/features/trail/queries/list-events';
import { countResources, listResources, listTouchedLast } from '@/features/trail/queries/list-resources';
import { findNearest } from '@/features/trail/queries/nearest-event';
import { suggestValues } from '@/features/trail/queries/suggest';
import { parseQueryText } from '@/features/trail/query-text';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string' },
    trail: { type: 'string', default: '1' },
    only: { type: 'string' },
    explain: { type: 'boolean' },
    json: { type: 'boolean' },
    rounds: { type: 'string', default: '5' },
  },
});
if (!options.url) throw new Error('--url: the login of a database that bench/scale-rows.ts filled');
const runtime = openRuntime({ url: options.url, ownerUrl: options.url, isEmbedded: false, stop: async () => {} });
bindRuntime(runtime);
const trailId = mintTrailId(Number(options.trail));
const scope = mintScope([trailId]);

const results: { name: string; ms: number; cpuMs: number | null; limitMs: number; note: string }[] = [];

/** Time the backend spent on a processor: what a read costs whatever else the machine does meanwhile. NaN where its /proc cannot be read. Parallel workers are not in it. */
function cpuMs(pid: number | undefined): number {
  try {
    return Number(fs.readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

async function measure(name: string, limitMs: number, read: (tx: Tx) => Promise<unknown>) {
  if (options.only && !name.includes(options.only)) return;
  const times: number[] = [];
  const cpu: number[] = [];
  let note = '';
  await readTransaction(scope, async (tx) => {
    const [backend] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    for (let round = 0; round < Number(options.rounds); round++) {
      const [started, before] = [performance.now(), cpuMs(backend?.pid)];
      const answer = await read(tx);
      times.push(performance.now() - started);
      cpu.push(cpuMs(backend?.pid) - before);
      note = summary(answer);
      if (times[0] !== undefined && times[0] > 5_000) break;
    }
  });
  const median = (list: number[]) => Math.round((list.sort((a, b) => a - b)[Math.floor(list.length / 2)] as number) * 10) / 10;
  const [ms, cpuOf] = [median(times), median(cpu)];
  results.push({ name, ms, cpuMs: Number.isNaN(cpuOf) ? null : cpuOf, limitMs, note });
  if (!options.json)
    console.log(
      `${ms > limitMs ? '✗' : ' '} ${name.padEnd(46)} ${ms.toFixed(1).padStart(8)} ms ${(Number.isNaN(cpuOf) ? '' : cpuOf.toFixed(1)).padStart(8)} cpu   ${note}`,
    );
  if (options.explain) await explain(read);
}

/** Runs the read once more with auto_explain's place taken by hand: every statement it sends is explained first. */
async function explain(read: (tx: Tx) => Promise<unknown>) {
  await readTransaction(scope, async (tx) => {
    const session = (
      tx as unknown as {
        session: {
          prepareQuery: (query: { sql: string; params: unknown[] }, ...rest: unknown[]) => unknown;
          client: { unsafe: (text: string, params: unknown[]) => Promise<Record<string, string>[]> };
        };
      }
    ).session;
    const original = session.prepareQuery.bind(session);
    const seen: { sql: string; params: unknown[] }[] = [];
    session.prepareQuery = (query, ...rest) => {
      seen.push(query);
      return original(query, ...rest);
    };
    await read(tx);
    session.prepareQuery = original;
    for (const { sql: text, params } of seen) {
      if (!/^\s*(select|with)/i.test(text)) continue;
      const plan = await session.client.unsafe(`explain (analyze, buffers, costs off, summary on) ${text}`, params);
      console.log(plan.map((row) => `      ${Object.values(row)[0]}`).join('\n'));
    }
  });
}

function summary(answer: unknown): string {
  if (Array.isArray(answer)) return `${answer.length} rows`;
  if (answer && typeof answer === 'object') {
    const { rows, events, isExact, total, seq, unit } = answer as Record<string, unknown>;
    if (Array.isArray(rows)) return `${rows.length} rows`;
    if (unit) return `${total} in ${(answer as { bars: unknown[] }).bars.length} bars of ${unit}`;
    if (events !== undefined) return `${isExact === false ? 'at least ' : ''}${events}`;
    if (seq !== undefined) return `seq ${seq}`;
  }
  return String(answer === null ? 'nothing' : '');
}

const queries: Record<string, string> = {
  everything: '',
  'one person': 'actor:u-1007',
  'a rare person': 'actor:u-1399',
  nobody: 'actor:nobody',
  'two people': 'actor:u-1007,u-1311',
  'a service (3 %)': 'actor:svc-7',
  'not a service': '-actor:svc-*',
  'failed or denied': 'outcome:failure,denied',
  denied: 'outcome:denied',
  'denied of one person': 'actor:u-1007 outcome:denied',
  'admin or system': 'actor_type:admin,system',
  'one action': 'action:payout.release',
  'action prefix': 'action:bucket.*',
  'action contains': 'action:*role*',
  'free text, rare': '"P-19877"',
  'free text, frequent': 'read',
  'free text, nothing': 'xyzzy',
  'one resource': 'resource:patient/P-00042',
  'one type': 'type:report',
  address: 'ip:10.21.7.33',
  'address prefix': 'ip:10.21.*',
  session: 'session:s-abc',
  agent: 'agent:*curl*',
  'an actor of a part, rare': 'actor:*1399*',
  'an actor of a part, frequent': 'actor:*svc*',
  'an actor of a part, nobody': 'actor:*nobody*',
  request: 'request:r-1000-xyz',
  'two fields, or': '(actor:u-1007 or resource:merchant/M-00001)',
};

const newest = (await readTransaction(scope, (tx) => tx.execute<{ n: string }>(sql`select next_seq as n from head_view where trail_id = ${trailId}`)))[0];
const asOf = Number(newest?.n);
const middle = { dir: 'older', time: '2026-05-20T10:00:00.000000Z', seq: 0 } as const;
const oldest = { dir: 'newer', time: '2025-11-25T00:00:00.000000Z', seq: 0 } as const;

for (const [name, text] of Object.entries(queries)) {
  const parsed = parseQueryText(text);
  if (!parsed.ok) throw new Error(parsed.message);
  const question = { filter: parsed.filter, asOf };
  await measure(`page: ${name}`, 50, (tx) => listEvents(tx, trailId, question, null, 50));
  await measure(`page in the middle: ${name}`, 50, (tx) => listEvents(tx, trailId, question, middle, 50));
  if (text === '') await measure(`last page, backwards: ${name}`, 50, (tx) => listEvents(tx, trailId, question, oldest, 50));
  const limit = text === '' ? 3_000 : 1_000;
  await measure(`count: ${name}`, limit, (tx) => countEvents(tx, trailId, question, { budgetMs: 1_000 }));
  await measure(`histogram: ${name}`, text === '' ? 3_000 : 1_500, (tx) =>
    eventHistogram(tx, trailId, { ...question, axis: 'occurred_at', zone: 'Europe/Berlin', from: null, to: null }),
  );
}
const day = { from: '2026-06-10T00:00:00.000000Z', to: '2026-06-11T00:00:00.000000Z' };
for (const text of ['', 'outcome:denied', 'read', 'actor:u-1399']) {
  const parsed = parseQueryText(text);
  if (!parsed.ok) throw new Error(parsed.message);
  const filter = { and: [parsed.filter, { gte: ['occurred_at', day.from] }, { lt: ['occurred_at', day.to] }] } as never;
  await measure(`one day, page: ${text || 'everything'}`, 50, (tx) => listEvents(tx, trailId, { filter, asOf }, null, 50));
  await measure(`one day, count: ${text || 'everything'}`, 50, (tx) => countEvents(tx, trailId, { filter, asOf }));
  await measure(`one day, histogram: ${text || 'everything'}`, 50, (tx) =>
    eventHistogram(tx, trailId, { filter, asOf, axis: 'occurred_at', zone: 'Europe/Berlin', ...day }),
  );
}
await measure('event by seq, hashed again', 50, async (tx) => (await getEvent(tx, { trailId, origin: 'scale.invalid/main' }, 1_234_567))?.row);
await measure('neighbours', 50, (tx) => getNeighbours(tx, trailId, 1_234_567));
await measure('same actor around', 50, (tx) =>
  listSameActor(tx, trailId, { seq: 1_234_567, actorId: 'u-1007', occurredAt: '2026-06-10T10:00:00.000000Z' }, 300_000, 3),
);
await measure('nearest to an empty period', 50, (tx) => findNearest(tx, trailId, { filter: { and: [] }, asOf, from: '2027-01-01T00:00:00.000000Z', to: null }));
await measure('nearest, one person', 50, (tx) =>
  findNearest(tx, trailId, { filter: { eq: ['actor_id', 'u-1399'] } as never, asOf, from: '2026-06-10T00:00:00.000000Z', to: '2026-06-10T00:01:00.000000Z' }),
);
for (const [key, typed] of [
  ['actor', ''],
  ['actor', 'u-13'],
  ['action', 'role'],
  ['type', ''],
  ['resource', 'P-1987'],
  ['resource', 'merchant/M-00'],
  ['resource', ''],
] as const) {
  await measure(`suggest: ${key} "${typed}"`, 50, (tx) => suggestValues(tx, trailId, key, typed));
}
await measure('resources touched last', 50, (tx) => listTouchedLast(tx, trailId, 100));
await measure('resources, first page by name', 50, (tx) => listResources(tx, trailId, { type: null, cursor: null, limit: 50 }));
await measure('resources, deep', 50, (tx) => listResources(tx, trailId, { type: null, cursor: { dir: 'next', type: 'patient', id: 'P-09000' }, limit: 50 }));
await measure('resources, back', 50, (tx) =>
  listResources(tx, trailId, { type: 'patient', cursor: { dir: 'previous', type: 'patient', id: 'P-09000' }, limit: 50 }),
);
await measure('resources, counts of a page', 1_000, async (tx) =>
  countResources(tx, trailId, (await listResources(tx, trailId, { type: null, cursor: null, limit: 50 })).rows),
);
await measure('resources, counts of cold ones', 1_000, async (tx) =>
  countResources(tx, trailId, (await listResources(tx, trailId, { type: 'patient', cursor: { dir: 'next', type: 'patient', id: 'P-09000' }, limit: 50 })).rows),
);
for (const key of [
  { type: 'patient', id: 'P-00042' },
  { type: 'host', id: 'H-00000' },
]) {
  await measure(`resource page: ${key.id}`, 50, (tx) => listResourceEvents(tx, trailId, key, { show: 'all', cursor: null, limit: 100 }));
  await measure(`resource changes only: ${key.id}`, 50, (tx) => listResourceEvents(tx, trailId, key, { show: 'changes', cursor: null, limit: 100 }));
  await measure(`resource facts: ${key.id}`, 1_000, (tx) => getResourceFacts(tx, trailId, key));
  await measure(`resource state: ${key.id}`, 1_000, async (tx) => (await listRecordedChanges(tx, trailId, key)).changes);
  await measure(`others in a gap: ${key.id}`, 1_000, (tx) =>
    countOthersBetween(tx, trailId, key, { from: '2026-03-01T00:00:00.000000Z', to: '2026-04-12T00:00:00.000000Z' }),
  );
  await measure(`kinds recorded: ${key.type}`, 1_000, (tx) => kindsRecorded(tx, trailId, key.type));
}
if (options.json) console.log(JSON.stringify({ name: 'screens', events: asOf, results }));
await runtime.stop();
