import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSnapshot } from './copy-out';
import { mintScope, type TrailId } from './scope';
import { freshDatabase } from './test/database';
import { insertEvents, insertTrail } from './test/events';

const database = await freshDatabase();
const writer = postgres(database.url, { max: 2, onnotice: () => {} });
afterAll(() => writer.end());

const events = 40_000;
let trailId: TrailId;
let seq = events;
let year = 2027;
beforeAll(async () => {
  trailId = await insertTrail(database.superuser, 'main');
  await insertEvents(database.superuser, { trailId, events, start: '2026-06-01T00:00:00Z', stepSeconds: 240 });
  await Promise.all([writer`select pg_sleep(0.1)`, writer`select pg_sleep(0.1)`]); // both connections are there
});

/** One append's share of the database: the lock on the head, the month, a row. @returns milliseconds it took */
async function append(seq: number, time: string): Promise<number> {
  const began = performance.now();
  await writer.begin(async (tx) => {
    await tx.unsafe(`set local role indelible_writer; set local indelible.trails = '{${trailId}}'`);
    await tx`select next_seq from trail_head where trail_id = ${trailId} for update`;
    await insertEvents(tx, { trailId, from: seq, events: 1, start: time });
    await tx`update trail_head set next_seq = ${seq + 1} where trail_id = ${trailId}`;
  });
  return performance.now() - began;
}

/** A year of months, each rolled by one of two appenders at once: the other waits for the head, and its next append is into the month that has just come. @returns ms of each append */
async function rollYear(): Promise<number[]> {
  const waits: number[] = [];
  const appender = async (offset: number) => {
    for (let month = 0; month < 12; month++) waits.push(await append(seq++, new Date(Date.UTC(year, month, 1, 0, 0, offset)).toISOString()));
  };
  await Promise.all([appender(0), appender(1)]);
  year++;
  return waits;
}

// Retried, because what else runs on the machine may cost 200 ms too; a roll that waits for the copy (PARTITION OF) never passes.
test('rolling a month while a verification copies delays no append by more than 200 ms', { retry: 3 }, async () => {
  const alone = await rollYear(); // what rolling costs on this machine, now, without a copy
  const snapshot = await openSnapshot({ scope: mintScope([trailId]) });
  try {
    const copying = snapshot.copy(`select * from event_view where trail_id = ${trailId} and seq < ${events} order by seq`);
    await copying.next(); // the server is in the middle of it and holds its locks
    const waits = await rollYear();
    const [running] =
      await database.superuser`select count(*)::int as n from pg_stat_activity where query like 'copy %' and state = 'active' and datname = current_database()`;
    expect(running?.n, 'the copy has not ended meanwhile').toBe(1);
    expect(waits.length).toBe(24);
    expect(Math.max(...waits) - Math.max(...alone), `slowest append alone: ${Math.max(...alone)} ms`).toBeLessThan(200);

    let size = 0;
    for await (const chunk of copying) size += chunk.length;
    expect(size).toBeGreaterThan(events * 300); // the copy ran on, and none of the new rows disturbed its state
    expect(await snapshot.query(`select count(*) as n from event_view where seq >= ${seq - 24}`)).toEqual([{ n: 0 }]);
  } finally {
    await snapshot.close();
  }
});

test('two appends that meet in a new month make it once', async () => {
  const times = await Promise.all([append(seq++, '2035-05-01T00:00:00Z'), append(seq++, '2035-05-01T00:00:01Z')]);
  expect(times.length).toBe(2);
});

type Plan = { 'Node Type': string; 'Index Name'?: string; Plans?: Plan[] };
const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

test.each([
  [
    'newest first',
    `select seq from event_view where trail_id = $1 and (occurred_at, seq) < ('2026-08-15Z', 999999) order by occurred_at desc, seq desc limit 50`,
  ],
  [
    'one actor',
    `select seq from event_view where trail_id = $1 and actor_id = 'actor-7' and (occurred_at, seq) < ('2026-08-15Z', 999999) order by occurred_at desc, seq desc limit 50`,
  ],
  ['a walk', 'select seq from event_view where trail_id = $1 and seq >= 5000 order by seq limit 500'],
])('a page by key, %s, comes in the order of an index', async (_, query) => {
  await database.superuser`analyze audit_event`;
  const snapshot = await openSnapshot({ scope: mintScope([trailId]) });
  const [row] = await snapshot.query<{ 'QUERY PLAN': string }>(`explain (format json) ${query.replace('$1', String(trailId))}`);
  await snapshot.close();
  const plan = nodes((JSON.parse(row?.['QUERY PLAN'] ?? '[]') as { Plan: Plan }[])[0]?.Plan as Plan).map((node) => node['Node Type']);
  expect(plan).not.toContain('Sort');
  expect(plan).not.toContain('Seq Scan');
  expect(plan.some((type) => type.startsWith('Index'))).toBe(true);
});
