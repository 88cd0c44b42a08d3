// The state that a run of the schedule reads, fixed before anybody in the database can know of it.
import { expect, test, vi } from 'vitest';
import { openSnapshots } from '@/db/copy-out';
import { scopeOf } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import { createRun } from '@/features/runs/mutations/create-run';
import { startRunner } from '@/features/runs/runner';
import { newProcess } from '@/features/sealing/test/lost-trail';
import { giveHeld, holdState } from './queries/held-state';
import { startScheduler } from './scheduler';
import { verifyResult } from './schema';
import { aClock, HOUR, scheduledTrails, type Trail } from './test/scheduled-trails';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000 });

const { database, sql, trailOf, drive, keep, untilRuns, nextNight } = await scheduledTrails();

const errorOf = async (trail: Trail) => (await sql`select result from run where trail_id = ${trail.trailId} order by run_id desc limit 1`)[0]?.result.error;

test('what is put back as soon as a run is written down is found by the run of the schedule, and by no other', async () => {
  const trail = await trailOf(5);
  const server = aClock();
  await keep(trail, server, untilRuns(trail, []));
  const [kept] = await sql`select actor_id from audit_event where trail_id = ${trail.trailId} and seq = 3`;
  await sql.unsafe(`
    create function put_back() returns trigger security definer language plpgsql as $$ begin
      perform set_config('session_replication_role', 'replica', true);
      update audit_event set actor_id = '${kept?.actor_id}' where trail_id = ${trail.trailId} and seq = 3;
      perform set_config('session_replication_role', 'origin', true);
      return new;
    end $$;
    create trigger put_back after insert on run for each row execute function put_back()`);
  const tamper = () =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_event set actor_id = 'somebody' where trail_id = ${trail.trailId} and seq = 3`;
    });
  const actor = async () => (await sql`select actor_id from audit_event where trail_id = ${trail.trailId} and seq = 3`)[0]?.actor_id;
  try {
    await tamper();
    expect((await drive(trail)).result).toMatchObject({ state: 'holds', counts: {} }); // it came too late: that the attack works
    await tamper();
    server.set((await nextNight(trail, server)) - server.clock.now() + HOUR);
    await keep(trail, server, untilRuns(trail, ['done', 'done']));
    expect(await actor()).toBe(kept?.actor_id); // put back, and found all the same
    const [row] = await sql`select result from run where trail_id = ${trail.trailId} order by run_id desc limit 1`;
    expect(verifyResult.parse(row?.result)).toMatchObject({ state: 'broken', counts: { EVENT_HASH: 1 } });

    // what was found is not made good by a row that says the run is to be read again
    await sql`update run set state = 'interrupted', result = null, finished_at = null where run_id = (select max(run_id) from run where trail_id = ${trail.trailId})`;
    const again = startRunner({ verify: verifyRun });
    await untilRuns(trail, ['done', 'failed'])().finally(() => again.stop());
    expect(await errorOf(trail)).toMatchObject({ code: 'STATE_LOST' });

    // and who ends the connection that holds the state has no run that says nothing
    const held = await holdState(trail);
    const run = await appTransaction((tx) => createRun(tx, { kind: 'verify', trailId: trail.trailId, params: { schedule: 'weekly' }, startedBy: null }));
    giveHeld(run, { asked: { schedule: 'weekly' }, held });
    await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`; // until it is gone
    const runner = startRunner({ verify: verifyRun });
    await untilRuns(trail, ['done', 'failed', 'failed'])().finally(() => runner.stop());
    expect(await errorOf(trail)).toMatchObject({ code: 'STATE_LOST' });
  } finally {
    await sql`drop trigger put_back on run`;
  }
});

test('who makes the schedule wait for anything of the trail has its state fixed before he can know of it', async () => {
  const trail = await trailOf(5);
  const tamper = (actor: string) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_event set actor_id = ${actor} where trail_id = ${trail.trailId} and seq = 3`;
    });
  const [kept] = await sql`select actor_id from audit_event where trail_id = ${trail.trailId} and seq = 3`;
  const waiters = async () =>
    (await sql`select count(*)::int as n from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`)[0]
      ?.n;
  for (const stopping of [
    'alter view event_view set (security_barrier = true)',
    'alter view checkpoint_view set (security_barrier = true)',
    'lock table run',
    'lock table checkpoint',
  ]) {
    await tamper('somebody');
    const lock = await sql.reserve();
    await lock.unsafe(`begin; ${stopping}`);
    const holding = holdState(trail);
    await expect.poll(waiters, { timeout: 30_000 }).toBeGreaterThan(0);
    await tamper(kept?.actor_id);
    await lock.unsafe('rollback');
    lock.release();
    const held = await holding;
    const [snapshot, other] = await openSnapshots({ scope: scopeOf(trail.trailId) }, 2, held.snapshotId);
    const [row] = await snapshot.query<{ actor_id: string }>('select actor_id from event_view where trail_id = $1 and seq = 3', [trail.trailId]);
    await Promise.all([snapshot, other].map((one) => one.close()));
    held.release();
    expect(row?.actor_id, stopping).toBe('somebody');
  }
});

test('a month that is swapped between the state and the lock is no finding and no later state: the state is lost', async () => {
  const trail = await trailOf(5);
  const [month] = await sql<{ name: string; bound: string }[]>`
    select c.oid::regclass::text as name, pg_get_expr(c.relpartbound, c.oid) as bound from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'audit_event'::regclass limit 1`;
  const swap = await sql.reserve();
  await swap.unsafe(`begin; alter table audit_event detach partition ${month?.name}`);
  const holding = holdState(trail).catch((cause) => cause.code);
  await expect.poll(async () => (await sql`select count(*)::int as n from pg_locks where not granted`)[0]?.n, { timeout: 30_000 }).toBeGreaterThan(0);
  await swap.unsafe('commit');
  expect(await holding).toBe('STATE_LOST');
  await swap.unsafe(`alter table audit_event attach partition ${month?.name} ${month?.bound}`);
  swap.release();
  (await holdState(trail)).release();
});

test('no time-out of a role lets the state go', async () => {
  const trail = await trailOf(5);
  const [name, login] = [sql(new URL(database.url).pathname.slice(1)), sql(new URL(database.url).username)];
  const settings = ['statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'];
  const known = (await sql<{ name: string }[]>`select name from pg_settings where name in ${sql(settings)}`).map((one) => sql(one.name));
  for (const setting of known) await sql`alter role ${login} in database ${name} set ${setting} = '1s'`;
  const other = newProcess(database); // its connections begin with them
  try {
    await other.run(async () => {
      const held = await holdState(trail);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      const opened = await openSnapshots({ scope: scopeOf(trail.trailId) }, 2, held.snapshotId);
      await Promise.all(opened.map((one) => one.close()));
      held.release();
    });
  } finally {
    await other.stop();
    for (const setting of known) await sql`alter role ${login} in database ${name} reset ${setting}`;
  }
});

test('who ends the connection that waits to hold the state has a run that failed, and no run on what he put right meanwhile', async () => {
  const trail = await trailOf(5);
  const server = aClock();
  await keep(trail, server, untilRuns(trail, []));
  server.set((await nextNight(trail, server)) - server.clock.now() + HOUR);
  const lock = await sql.reserve();
  await lock.unsafe('begin; lock table checkpoint');
  const ended = (async () => {
    const end = () =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%from checkpoint_view%'`;
    await expect.poll(() => end().then((rows) => rows.length), { timeout: 30_000 }).toBeGreaterThan(0);
    await lock.unsafe('rollback');
    lock.release();
  })();
  const scheduler = startScheduler(async () => [trail], { clock: server.clock, ages: server.ages, pollMs: 30 });
  const runner = startRunner({ verify: verifyRun });
  try {
    await ended;
    const ends = () =>
      sql`select state, result -> 'error' ->> 'code' as code from run where trail_id = ${trail.trailId} order by run_id`.then((rows) => [...rows]);
    await expect.poll(ends, { timeout: 30_000 }).toEqual([{ state: 'failed', code: 'STATE_LOST' }]);
    server.pass(HOUR);
    await expect.poll(ends, { timeout: 30_000 }).toEqual([
      { state: 'failed', code: 'STATE_LOST' },
      { state: 'done', code: null },
    ]);
  } finally {
    await scheduler.stop();
    await runner.stop();
  }
});
