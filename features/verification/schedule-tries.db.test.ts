// Runs of the schedule that do not come to an end: one that ends its server, one whose state is kept from it, a file of the schedule that cannot be read.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { TrailId } from '@/db/scope';
import { noteCancel } from '@/features/runs/cancel-note';
import { processStart } from '@/lib/process';
import { listTroubles } from './schedule/list-troubles';
import { isSettledIn, isTooSoon } from './schedule/starts';
import { readStarts } from './schedule/starts-file';
import { startScheduler } from './scheduler';
import { aClock, HOUR, type Server, scheduledTrails, type Trail } from './test/scheduled-trails';

vi.setConfig({ testTimeout: 120_000 });

const { database, sql, home, trailOf, watch, drive, runsOf, keep, untilRuns, nextNight } = await scheduledTrails();

async function dueTrail(): Promise<{ trail: Trail; server: Server }> {
  const [trail, server] = [await trailOf(5), aClock()];
  server.pass((await nextNight(trail, server)) - server.clock.now() + HOUR);
  return { trail, server };
}
const said = async (trail: Trail, server: Server) => (await watch(trail, server)).map((one) => (one.kind === 'failed' ? `${one.error} ${one.run}` : one.kind));
const newest = async (trail: Trail) => (await sql`select max(run_id)::int as run from run where trail_id = ${trail.trailId}`)[0]?.run as number;
const fileOf = ({ alias }: Trail) => path.join(home, 'keys', `${alias}.starts`);

function startServer({ alias }: Trail, { clock }: Server) {
  const script = path.join(import.meta.dirname, 'test/ending-server.ts');
  const child = spawn(process.execPath, ['--conditions=react-server', '--import', 'tsx', script, alias, String(clock.now() - Date.now())], {
    env: { ...process.env, ...database.env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { child, ended: new Promise<string | null>((done) => child.once('close', (_, signal) => done(signal))) };
}

test('a run that ends its server is taken up, then told on every page, and no other is begun at once', async () => {
  const { trail, server } = await dueTrail();
  for (let n = 0; n < 3; n++) expect(await startServer(trail, server).ended, 'the schedule begins it, and two take it up').toBe('SIGKILL');
  const run = await newest(trail);
  const last = startServer(trail, server);
  try {
    await expect.poll(() => said(trail, server), { timeout: 60_000 }).toEqual([`SERVER_ENDED ${run}`]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(last.child.exitCode ?? last.child.signalCode).toBeNull();
    expect((await runsOf(trail)).map(({ state }) => state)).toEqual(['interrupted']);
  } finally {
    last.child.kill('SIGKILL');
    await last.ended;
  }
  await keep(trail, server, untilRuns(trail, ['interrupted'])); // nor by the next server
  server.pass(HOUR);
  await keep(trail, server, untilRuns(trail, ['interrupted', 'done']));
  server.set(Date.now() - server.clock.now()); // by the clock of the database it ended just now
  server.ages.clear();
  expect(await said(trail, server)).toEqual([]);
});

test('a state that a lock keeps from the schedule burns no try: it is told, and tried again later', async () => {
  const { trail, server } = await dueTrail();
  const lock = await sql.reserve();
  await lock.unsafe('begin; lock table checkpoint'); // as for VACUUM FULL
  const scheduler = startScheduler(async () => [trail], { clock: server.clock, ages: server.ages, pollMs: 50 });
  try {
    await expect.poll(async () => (await runsOf(trail)).map(({ state }) => state), { timeout: 30_000 }).toEqual(['failed']);
    const run = await newest(trail);
    for (let n = 0; n < 2; n++) {
      const begun = () => sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.then((rows) => rows.length);
      await expect.poll(begun, { timeout: 30_000 }).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await begun(), 'not at once').toBe(0);
      server.pass(HOUR);
      await expect.poll(begun, { timeout: 30_000 }).toBe(1);
    }
    await lock.unsafe('rollback');
    await expect.poll(async () => (await runsOf(trail)).at(-1)?.state, { timeout: 30_000 }).toBe('done');
    // a stronger one may have become due meanwhile: one row tells of each
    const told = (await runsOf(trail)).slice(0, -1).map(({ state, params }) => `${state} ${params.schedule}`);
    expect([told.every((one) => one.startsWith('failed ')), new Set(told).size]).toEqual([true, told.length]);
    const { settles } = ((await runsOf(trail))[0] as { params: object }).params as { settles: { nightly: number } };
    const { kept } = readStarts(trail.origin, server.clock.now());
    expect(kept && isSettledIn(kept, 'nightly', settles.nightly)).toBe(true);
    expect(kept?.starts.nightly).toMatchObject([{ tries: 0 }]);
    expect(run).toBeLessThan(await newest(trail));
  } finally {
    await scheduler.stop();
    lock.release();
  }
});

test('a file of the schedule that cannot be read is a trouble of its own trail', async () => {
  const [{ trail, server }, other] = [await dueTrail(), await trailOf(3)];
  const file = fileOf(trail);
  const text = fs.readFileSync(file, 'utf8');
  const forget = () => (globalThis as { indelibleStarts?: Map<string, unknown> }).indelibleStarts?.clear();
  const unread = { kind: 'unread', run: null, reason: `the file keys/${trail.alias}.starts cannot be read (EISDIR)` };
  fs.rmSync(file);
  fs.mkdirSync(file);
  expect(Object.fromEntries(await listTroubles([trail, other]))).toEqual({ [trail.alias]: [{ ...unread, isKept: true }], [other.alias]: [] });
  await keep(trail, server, untilRuns(trail, ['done'])); // from memory
  await keep(trail, server, untilRuns(trail, ['done']));
  fs.rmdirSync(file);
  fs.writeFileSync(file, text);
  expect(readStarts(trail.origin, 0).kept).toMatchObject({ finished: { nightly: {} }, begun: null }); // what it remembers is kept over what is there
  fs.rmSync(file);
  fs.mkdirSync(file);
  forget();
  expect(await watch(trail, server)).toContainEqual({ ...unread, isKept: false });
  server.pass(31 * HOUR);
  await keep(trail, server, untilRuns(trail, ['done']));
  fs.rmdirSync(file);
  fs.writeFileSync(file, text);
  forget();
});

test('a trail that cannot be looked at takes no other with it, nor does one whose name can be no file', async () => {
  const good = await trailOf(3);
  const [bad, named] = [
    { ...good, alias: 'bad', trailId: Number.NaN as TrailId },
    { ...good, alias: 'A Name', origin: 'audit.example.com/A Name' },
  ];
  const troubles = Object.fromEntries(await listTroubles([bad, good]));
  expect(troubles).toEqual({ bad: [{ kind: 'unknown', run: null }], [good.alias]: [] });
  expect((await watch(named, aClock()))[0]).toMatchObject({ kind: 'unread', isKept: false });
});

test('a cancel that an earlier database left for that number stops nothing, and one that comes at once is kept', async () => {
  const { trail, server } = await dueTrail();
  const [next] = await sql<{ run: number }[]>`select nextval(pg_get_serial_sequence('run', 'run_id'))::int as run`;
  noteCancel((next?.run as number) + 1);
  const scheduler = startScheduler(async () => [trail], {
    ...server,
    pollMs: 30_000,
    verify: (_run, { signal }) => new Promise((_done, failed) => signal.addEventListener('abort', () => failed(signal.reason))),
  });
  try {
    await expect.poll(() => newest(trail), { timeout: 30_000 }).toBe((next?.run as number) + 1);
    await sql`update run set cancel_requested_at = now() where run_id = ${await newest(trail)}`; // by the row alone
    await expect.poll(() => said(trail, server), { timeout: 30_000 }).toEqual([`CANCELLED ${await newest(trail)}`]);
  } finally {
    await scheduler.stop();
  }
});

test('on a full disk one process of the home makes it all the same', async () => {
  const { trail, server } = await dueTrail();
  const claim = path.join(home, 'runs', `schedule-${trail.alias}.json`);
  const [other, real] = [{ pid: process.ppid, start: processStart(process.ppid) }, fs.openSync];
  fs.mkdirSync(path.dirname(claim), { recursive: true });
  const full = vi.spyOn(fs, 'openSync').mockImplementation((file, ...rest) => {
    if (String(file).startsWith(claim)) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    return real(file, ...rest);
  });
  try {
    fs.symlinkSync(`${other.pid} ${other.start}`, `${claim}.full`);
    await keep(trail, server, untilRuns(trail, []));
    full.mockRestore();
    await keep(trail, server, untilRuns(trail, [])); // there is room again, and the other one is at it still
    fs.rmSync(`${claim}.full`);
    fs.writeFileSync(claim, JSON.stringify(other));
    vi.spyOn(fs, 'openSync').mockImplementation((file, ...rest) => {
      if (String(file).startsWith(`${claim}.`)) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      return real(file, ...rest);
    });
    await keep(trail, server, untilRuns(trail, []));
    fs.rmSync(claim);
    await keep(trail, server, untilRuns(trail, ['done']));
    expect(fs.readdirSync(path.dirname(claim)).filter((name) => name.startsWith(path.basename(claim)))).toEqual([]);
  } finally {
    vi.restoreAllMocks();
  }
});

test('people ask for many: the run of another home is found among them', async () => {
  const { trail, server } = await dueTrail();
  const before = fs.readFileSync(fileOf(trail), 'utf8');
  await keep(trail, server, untilRuns(trail, ['done']));
  fs.writeFileSync(fileOf(trail), before); // as the other home has it
  for (let n = 0; n < 6; n++) await drive(trail, { deep: true });
  await keep(
    trail,
    server,
    untilRuns(
      trail,
      Array.from({ length: 7 }, () => 'done'),
    ),
  );
  const { kept } = readStarts(trail.origin, server.clock.now());
  expect(kept && isTooSoon(kept, server.clock.now())).toBe(false);
});
