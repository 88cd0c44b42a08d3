import crypto from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { MOST_WAITING } from './copy-frames';
import { copyOut, joinSnapshot, openSnapshot, openSnapshots } from './copy-out';
import { mintScope, type TrailId } from './scope';
import { RING_BYTES, SLAB_BYTES } from './slab-socket';
import { freshDatabase } from './test/database';
import { insertEvents, insertTrail } from './test/events';

const database = await freshDatabase();
const sql = database.superuser;
const rows = 60_000;
let trailId: TrailId;
let other: TrailId;
const ordered = () => `select * from event_view where trail_id = ${trailId} order by seq`;

beforeAll(async () => {
  trailId = await insertTrail(sql, 'main');
  other = await insertTrail(sql, 'other');
  await insertEvents(sql, { trailId, events: rows, start: '2026-09-20T00:00:00Z', stepSeconds: 60 });
  await insertEvents(sql, { trailId: other, events: 10, start: '2026-09-20T00:00:00Z' });
});

const countLines = async (chunks: AsyncGenerator<Buffer>) => {
  let lines = 0;
  for await (const chunk of chunks) for (const byte of chunk) if (byte === 10) lines++;
  return lines;
};
const busyCopies = async () =>
  (await sql`select count(*)::int as n from pg_stat_activity where application_name = 'indelible copy' and datname = current_database()`)[0]?.n;

test('copies every row of the scope as the reader, and none beyond it', async () => {
  expect(await countLines(copyOut({ scope: mintScope([trailId]), query: 'select seq from event_view', format: 'text' }))).toBe(rows);
  expect(await countLines(copyOut({ scope: mintScope([other]), query: ordered(), format: 'text' }))).toBe(0);
  expect(await countLines(copyOut({ scope: mintScope([]), query: 'select seq from event_view', format: 'text' }))).toBe(0);
  await expect(countLines(copyOut({ scope: mintScope([trailId]), query: 'select seq from audit_event', format: 'text' }))).rejects.toThrow(/permission denied/);
  await expect.poll(busyCopies).toBe(0);
});

test('gives back the bytes: binary rows of a slow consumer are whole', async () => {
  let size = 0;
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of copyOut({ scope: mintScope([trailId]), query: ordered() })) {
    size += chunk.length;
    tail = Buffer.concat([tail, chunk]).subarray(-2);
    if (size % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(tail).toEqual(Buffer.from([0xff, 0xff])); // the trailer of a binary COPY
  expect(size).toBeGreaterThan(rows * 300);
});

test('memory that goes round: a chunk is what was sent until the next has been taken, however slow the consumer, and there are no more than a few', async () => {
  const read = async (goesRound: boolean) => {
    const snapshot = await openSnapshot({ scope: mintScope([trailId]), goesRound });
    const pieces = new Set<ArrayBufferLike>();
    const hash = crypto.createHash('sha256');
    let chunks = 0;
    for await (const chunk of snapshot.copy(ordered())) {
      if (chunk.buffer.byteLength === (goesRound ? RING_BYTES : SLAB_BYTES)) pieces.add(chunk.buffer); // what was joined with the head of a message is memory of its own
      // what waits comes in meanwhile
      if (chunks++ % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      hash.update(chunk);
    }
    await snapshot.close();
    return { pieces: pieces.size, digest: hash.digest('hex') };
  };
  const [kept, round] = [await read(false), await read(true)];
  expect(round.digest).toBe(kept.digest);
  expect(kept.pieces).toBeGreaterThan(100);
  expect(round.pieces).toBeGreaterThan(1);
  expect(round.pieces).toBeLessThanOrEqual(MOST_WAITING + 4);
});

test('a copy that fails half-way says so, after the rows that came', async () => {
  let size = 0;
  const failing = async () => {
    for await (const chunk of copyOut({
      scope: mintScope([trailId]),
      query: `select seq, 1 / (50000 - seq) from event_view where trail_id = ${trailId} order by seq`,
    }))
      size += chunk.length;
  };
  await expect(failing()).rejects.toThrow('division by zero');
  expect(size).toBeGreaterThan(100_000);
  await expect.poll(busyCopies).toBe(0);
});

test('one snapshot copies many times, and an empty answer is whole', async () => {
  const snapshot = await openSnapshot({ scope: mintScope([trailId]) });
  try {
    for (const n of [0, 1, 30_000]) expect(await countLines(snapshot.copy(`select seq from event_view where seq < ${n}`, 'text'))).toBe(n);
    expect(await snapshot.query('select count(*) as n from event_view')).toEqual([{ n: rows }]);
  } finally {
    await snapshot.close();
  }
});

test('a consumer that leaves early leaves nothing running', async () => {
  for await (const _ of copyOut({ scope: mintScope([trailId]), query: 'select a.* from event_view a, generate_series(1, 1000)' })) break;
  await expect.poll(busyCopies, { timeout: 3000 }).toBe(0);
});

test('the signal stops a copy that has not begun to write, and its reason is thrown', async () => {
  const stop = new AbortController();
  const sorting = countLines(copyOut({ scope: mintScope([trailId]), query: 'select pg_sleep(60)', format: 'text', signal: stop.signal }));
  setTimeout(() => stop.abort(new Error('the reader pressed cancel')), 300);
  await expect(sorting).rejects.toThrow('the reader pressed cancel');
  await expect.poll(busyCopies, { timeout: 3000 }).toBe(0);
  await expect(countLines(copyOut({ scope: mintScope([trailId]), query: 'select 1', signal: stop.signal }))).rejects.toThrow('the reader pressed cancel');
});

test('reads, copies and a second connection beside them see one state', async () => {
  const snapshot = await openSnapshot({ scope: mintScope([other]) });
  try {
    expect(await snapshot.query('select count(*) as n from event_view')).toEqual([{ n: 10 }]);
    await insertEvents(sql, { trailId: other, from: 10, events: 5, start: '2028-01-01T00:00:00Z' }); // into a month that is new, too
    const copying = snapshot.copy('select seq from event_view', 'text');
    await copying.next();
    const beside = await joinSnapshot({ scope: mintScope([other]) }, snapshot.id);
    expect(await beside.query('select count(*) as n, max(recorded_at) as last from event_view')).toEqual([{ n: 10, last: '2026-09-20 00:00:09+00' }]);
    await beside.close();
    for await (const _ of copying);
    expect(await snapshot.query('select count(*) as n from event_view')).toEqual([{ n: 10 }]);
    await expect(snapshot.query('create temporary table t (n int)')).rejects.toThrow();
  } finally {
    await snapshot.close();
  }
  const after = await openSnapshot({ scope: mintScope([other]) });
  expect(await after.query('select count(*) as n, $1::json as j from event_view', ['{ "a": 1 }'])).toEqual([{ n: 15, j: '{ "a": 1 }' }]);
  await after.close();
  await expect.poll(busyCopies).toBe(0);
});

test('connections opened together see one state; when one cannot be opened none is left', async () => {
  const scope = mintScope([other]);
  const seen = 'select count(*) as n, pg_current_snapshot()::text as state from event_view';
  const [a, b, c] = await openSnapshots({ scope }, 3);
  const first = await a.query(seen);
  await insertEvents(sql, { trailId: other, from: 15, events: 5, start: '2028-01-02T00:00:00Z' });
  expect(await Promise.all([a, b, c].map((one) => one.query(seen)))).toEqual([first, first, first]);
  await a.close(); // the others do not need it any more
  for await (const _ of b.copy('select seq from event_view', 'text'));
  expect(await c.query(seen)).toEqual(first);
  await Promise.all([b.close(), c.close()]);

  const stop = new AbortController();
  const opening = openSnapshots({ scope, signal: stop.signal }, 3);
  stop.abort(new Error('the reader has gone'));
  await expect(opening).rejects.toThrow('the reader has gone');
  const open = () =>
    sql<{ n: number }[]>`select count(*)::int as n from pg_stat_activity where application_name = 'indelible copy' and datname = current_database()`.then(
      ([row]) => row?.n,
    );
  await expect.poll(open, { timeout: 3000 }).toBe(0);
});

test('what a role or a server allows a statement, a transaction or a pause ends no copy', async () => {
  const names = ['statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'];
  const known = (await sql<{ name: string }[]>`select name from pg_settings where name in ${sql(names)}`).map(({ name }) => name);
  const name = sql(new URL(database.url).pathname.slice(1));
  const login = sql(new URL(database.url).username);
  for (const setting of known) await sql`alter role ${login} in database ${name} set ${sql(setting)} = ${sql.unsafe("'200ms'")}`;
  try {
    const [a, b] = await openSnapshots({ scope: mintScope([other]) }, 2);
    const allowed = async () => (await b.query<{ setting: string }>('select setting from pg_settings where name = any($1)', [known])).map((one) => one.setting);
    expect(await allowed()).toEqual(known.map(() => '0'));
    await b.query('select pg_sleep(0.5)');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await a.query('select count(*)::int as n from event_view')).toHaveLength(1); // it has stood still all the while
    await Promise.all([a, b].map((one) => one.close()));
  } finally {
    for (const setting of known) await sql`alter role ${login} in database ${name} reset ${sql(setting)}`;
  }
});
