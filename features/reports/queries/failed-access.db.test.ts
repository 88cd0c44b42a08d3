import { describe, expect, it } from 'vitest';
import { mintScope, type TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { appTransaction, readTransaction, type Tx } from '@/db/transaction';
import { currentCatalogue } from '@/features/catalogue/catalogue';
import { publishCatalogue } from '@/features/catalogue/mutations/publish-catalogue';
import { sharedDir } from '@/lib/test/shared';
import { authlog, cloudTrail, type TestEvent } from '../test/datasets';
import { insertTestTrail } from '../test/insert-events';
import { classifyActions, getAsOf } from './catalogue';
import {
  type FailedInput,
  getFailedTotals,
  listAttempts,
  listFailedActors,
  listFailedBuckets,
  listFailedByHour,
  listGuesses,
  listSprayingAddresses,
} from './failed-access';

const database = await freshDatabase();
const shared = sharedDir();
await appTransaction((tx) => publishCatalogue(tx));

const trailOf = (events: readonly TestEvent[]) => insertTestTrail(database.superuser, events);

async function ask<T>(trailId: TrailId, part: Partial<FailedInput>, fn: (tx: Tx, input: FailedInput) => Promise<T>): Promise<T> {
  return readTransaction(mintScope([trailId]), async (tx) => {
    const classes = await classifyActions(tx, trailId, currentCatalogue.version);
    const asOf = await getAsOf(tx, trailId);
    return fn(tx, { trailId, from: '2000-01-01T00:00:00.000000Z', to: '2100-01-01T00:00:00.000000Z', asOf, threshold: 5, windowMinutes: 30, classes, ...part });
  });
}

const day = '2026-11-10T';
function attempt(clock: string, actorId: string, more: Partial<TestEvent> = {}): TestEvent {
  return {
    occurredAt: `${day}${clock}Z`,
    actorType: 'user',
    actorId,
    action: 'auth.login',
    resourceType: 'host',
    resourceId: 'h1',
    outcome: 'failure',
    ip: '192.0.2.1',
    details: '{}',
    ...more,
  };
}

const ssh = shared ? await trailOf(authlog(shared)) : (0 as TrailId);
const aws = shared ? await trailOf(cloudTrail(shared)) : (0 as TrailId);

describe.skipIf(!shared)('failed access on real logs', () => {
  it('auth.log: 21 actors fail five times within half an hour, 1,042 attempts in all', async () => {
    const totals = await ask(ssh, {}, getFailedTotals);
    expect(totals.total).toBe(1042);
    expect(totals.over.actors).toBe(21);
    expect(totals.over.events + totals.sprayed.events + totals.below.events).toBe(totals.total);
    expect(await ask(ssh, {}, listFailedActors)).toHaveLength(21);
  });

  it('auth.log: nobody sprays', async () => {
    expect((await ask(ssh, {}, listSprayingAddresses)).filter((one) => one.accounts >= 10)).toEqual([]);
  });

  it('auth.log: one password is guessed, after 147 failures, from the same address', async () => {
    const guesses = await ask(ssh, {}, listGuesses);
    expect(guesses).toHaveLength(1);
    expect(guesses[0]).toMatchObject({ occurredAt: '2017-03-30T16:01:36.000000Z', failures: 147, sameAddress: true });
    const actor = (await ask(ssh, {}, listFailedActors)).find((one) => one.who === guesses[0]?.actorId);
    expect(actor?.successSeq).toBe(guesses[0]?.seq);
  });

  it('CloudTrail: 240 failed and 60 denied; two roles are denied everything they ask, 29 and 15 times', async () => {
    const totals = await ask(aws, {}, getFailedTotals);
    expect(totals).toMatchObject({ total: 300, failed: 240, denied: 60 });
    const roles = (await ask(aws, {}, listFailedActors)).filter((one) => one.denied === one.total && one.actorType === 'service');
    expect(roles.map((one) => one.total)).toEqual([29, 15]);
    expect(roles.every((one) => one.successSeq === null)).toBe(true);
  });

  it('says the same as the published query, actor by actor', async () => {
    for (const trailId of [ssh, aws]) {
      const naive = await database.superuser<{ actor_id: string; peak: string; total: string }[]>`
        with f as (select * from audit_event where trail_id = ${trailId} and outcome in ('failure', 'denied')),
        w as (select *, count(*) over (partition by actor_id order by occurred_at range between interval '30 minutes' preceding and current row) n from f)
        select actor_id, max(n) as peak, count(*) as total from w group by 1 having max(n) >= 5 order by 1`;
      const ours = await ask(trailId, {}, listFailedActors);
      const named = ours.filter((one) => !one.isNameless).map((one) => [one.who, one.peak, one.total]);
      expect(named.sort()).toEqual(
        naive
          .filter((one) => one.actor_id !== '(empty)' && one.actor_id !== 'anonymous')
          .map((one) => [one.actor_id, Number(one.peak), Number(one.total)])
          .sort(),
      );
    }
  });

  it('finds the same spraying as a self-join, at any size of window that both can judge', async () => {
    const naive = await database.superuser<{ ip: string; n: string }[]>`
      with f as (select * from audit_event where trail_id = ${ssh} and action = 'auth.login' and outcome <> 'success' and ip_address is not null)
      select ip_address as ip, max(n) as n from (select f.ip_address, (select count(distinct g.actor_id) from f g where g.ip_address = f.ip_address and g.occurred_at <= f.occurred_at and g.occurred_at > f.occurred_at - interval '60 minutes') n from f) a
      group by 1 having max(n) >= 5 order by 1`;
    const ours = await ask(ssh, {}, listSprayingAddresses);
    expect(ours.map((one) => [one.ip, one.accounts]).sort()).toEqual(naive.map((one) => [one.ip, Number(one.n)]));
  });
});

describe('the sliding window', () => {
  it('counts five in exactly thirty minutes, and not a microsecond more', async () => {
    const four = ['10:00:00.000000', '10:05:00.000000', '10:10:00.000000', '10:15:00.000000'].map((clock) => attempt(clock, 'a'));
    const exact = await trailOf([...four, attempt('10:30:00.000000', 'a')]);
    expect(await ask(exact, {}, listFailedActors)).toMatchObject([{ who: 'a', peak: 5, total: 5, reachedAt: `${day}10:30:00.000000Z` }]);
    const late = await trailOf([...four, attempt('10:30:00.000001', 'a')]);
    expect(await ask(late, {}, listFailedActors)).toEqual([]);
    expect(await ask(late, {}, getFailedTotals)).toMatchObject({ total: 5, over: { actors: 0, events: 0 }, below: { actors: 1, events: 5, peak: 4 } });
  });

  it('looks back over the start of the period, but counts only what lies in it', async () => {
    const trailId = await trailOf(['10:00:00', '10:05:00', '10:10:00', '10:15:00', '10:20:00'].map((clock) => attempt(clock, 'a')));
    const period = { from: `${day}10:18:00.000000Z`, to: `${day}11:00:00.000000Z` };
    expect(await ask(trailId, period, listFailedActors)).toMatchObject([{ peak: 5, total: 1, first: `${day}10:20:00.000000Z` }]);
    const [before, after] = [
      { ...period, from: `${day}10:00:00.000000Z`, to: `${day}10:20:00.000000Z` },
      { ...period, from: `${day}10:20:00.000000Z` },
    ];
    expect((await ask(trailId, before, getFailedTotals)).total + (await ask(trailId, after, getFailedTotals)).total).toBe(5);
  });

  it('groups what names nobody by its address, so that strangers are not one busy person', async () => {
    const events = [1, 2, 3, 4, 5, 6].map((n) => attempt(`10:0${n}:00`, n % 2 ? '' : 'anonymous', { ip: n <= 3 ? '192.0.2.7' : `192.0.2.${10 + n}` }));
    const trailId = await trailOf(events);
    expect(await ask(trailId, {}, listFailedActors)).toEqual([]);
    expect(await ask(trailId, { threshold: 3 }, listFailedActors)).toMatchObject([{ isNameless: true, who: '192.0.2.7', peak: 3 }]);
    expect(await ask(trailId, {}, getFailedTotals)).toMatchObject({ nameless: 6, actors: 4 });
  });

  it('tells who was locked and who succeeded later', async () => {
    const trailId = await trailOf([
      ...[1, 2, 3, 4, 5].map((n) => attempt(`10:0${n}:00`, 'a')),
      attempt('10:06:00', 'idp', { action: 'auth.lockout', actorType: 'system', resourceType: 'user', resourceId: 'a', outcome: 'success' }),
      ...[1, 2, 3, 4, 5].map((n) => attempt(`11:0${n}:00`, 'b')),
      attempt('11:06:00', 'b', { outcome: 'success' }),
      attempt('12:00:00', 'c', { outcome: 'success' }),
      ...[1, 2, 3, 4, 5].map((n) => attempt(`12:0${n}:00`, 'c')),
    ]);
    const actors = await ask(trailId, {}, listFailedActors);
    expect(actors.map(({ who, lockedSeq, successSeq }) => [who, lockedSeq, successSeq])).toEqual([
      ['a', 5, null],
      ['b', null, 11],
      ['c', null, null],
    ]);
  });

  it('ends with as-of: what came later does not change a finished report', async () => {
    const trailId = await trailOf([1, 2, 3, 4, 5].map((n) => attempt(`10:0${n}:00`, 'a')));
    expect((await ask(trailId, { asOf: 3 }, getFailedTotals)).total).toBe(4);
    expect(await ask(trailId, { asOf: 3 }, listFailedActors)).toEqual([]);
  });

  it('shows nothing of a trail outside the scope', async () => {
    const mine = await trailOf([attempt('10:00:00', 'a')]);
    const theirs = await trailOf([attempt('10:00:00', 'b')]);
    const input = {
      trailId: theirs,
      from: '2000-01-01T00:00:00.000000Z',
      to: '2100-01-01T00:00:00.000000Z',
      asOf: 10,
      threshold: 1,
      windowMinutes: 30,
      classes: { login: ['auth.login'], lockout: [] },
    };
    expect((await readTransaction(mintScope([mine]), (tx) => getFailedTotals(tx, input))).total).toBe(0);
    expect((await readTransaction(mintScope([theirs]), (tx) => getFailedTotals(tx, input))).total).toBe(1);
  });
});

describe('spraying', () => {
  const accounts = (count: number, from: string, stepMinutes: number) =>
    Array.from({ length: count }, (_, n) => {
      const minute = Number(from.slice(0, 2)) * 60 + Number(from.slice(3, 5)) + n * stepMinutes;
      return attempt(`${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`, `u${n}`, { ip: '198.51.100.9' });
    });

  it('is ten accounts from one address within an hour, each counted once however often it is tried', async () => {
    const twice = accounts(10, '10:00', 6).flatMap((one) => [one, { ...one, occurredAt: one.occurredAt.replace(':00Z', ':30Z') }]);
    const [found] = await ask(await trailOf(twice), {}, listSprayingAddresses);
    expect(found).toMatchObject({ accounts: 10, total: 20, mostPerAccount: 2, successSeq: null });
  });

  it('is not the same ten spread over a longer time: the eleventh minute apart leaves six within the hour', async () => {
    const [found] = await ask(await trailOf(accounts(10, '10:00', 11)), {}, listSprayingAddresses);
    expect(found).toMatchObject({ accounts: 6, totalAccounts: 10 });
  });

  it('ties out: over the threshold, sprayed and below are all there is, each event once', async () => {
    const trailId = await trailOf([
      ...accounts(14, '10:00', 2),
      ...[1, 2, 3, 4, 5].map((n) => attempt(`10:0${n}:30`, 'u3', { ip: '198.51.100.9' })),
      attempt('15:00:00', 'x'),
      attempt('15:01:00', 'y', { outcome: 'denied', action: 'doc.view' }),
    ]);
    const totals = await ask(trailId, {}, getFailedTotals);
    expect(totals).toMatchObject({ total: 21, over: { actors: 1, events: 6 }, sprayed: { actors: 13, events: 13 }, below: { actors: 2, events: 2, peak: 1 } });
    const marks = await ask(trailId, {}, (tx, { threshold: _t, windowMinutes: _w, ...range }) =>
      listAttempts(tx, { ...range, ip: '198.51.100.9', limit: 100 }),
    );
    expect(marks).toHaveLength(19);
  });

  it('names a success from the same address', async () => {
    const trailId = await trailOf([...accounts(10, '10:00', 1), attempt('10:30:00', 'u4', { ip: '198.51.100.9', outcome: 'success' })]);
    expect(await ask(trailId, {}, listSprayingAddresses)).toMatchObject([{ successSeq: 10 }]);
  });
});

describe('failures then a success', () => {
  it('start again at each success', async () => {
    const run = [1, 2, 3].map((n) => attempt(`10:0${n}:00`, 'a'));
    const trailId = await trailOf([
      ...run,
      attempt('10:04:00', 'a', { outcome: 'success' }),
      ...[5, 6].map((n) => attempt(`10:0${n}:00`, 'a')),
      attempt('10:07:00', 'a', { outcome: 'success' }),
    ]);
    expect(await ask(trailId, {}, listGuesses)).toEqual([]);
    const five = await trailOf([
      ...[1, 2, 3, 4, 5].map((n) => attempt(`10:0${n}:00`, 'a')),
      attempt('10:06:00', 'a', { outcome: 'success', ip: '10.0.0.1' }),
      attempt('10:07:00', 'a', { outcome: 'success' }),
    ]);
    expect(await ask(five, {}, listGuesses)).toMatchObject([{ seq: 5, failures: 5, addresses: 1, sameAddress: false }]);
  });
});

describe('bars and map', () => {
  it('put an event of the repeated hour of an autumn night into the right bar and count both in one cell of the map', async () => {
    const night = (utc: string) => ({ ...attempt('00:00:00', 'a'), occurredAt: `2026-10-25T${utc}Z` });
    const trailId = await trailOf([night('00:30:00'), night('01:30:00'), night('01:59:59')]); // 02:30 summer time, 02:30 and 02:59:59 winter time
    const bounds = ['2026-10-25T00:00:00.000000Z', '2026-10-25T01:00:00.000000Z', '2026-10-25T02:00:00.000000Z'];
    const range = { from: bounds[0] as string, to: bounds[2] as string };
    expect(await ask(trailId, range, (tx, input) => listFailedBuckets(tx, { ...input, bounds }))).toEqual([
      { bucket: 0, failed: 1, denied: 0 },
      { bucket: 1, failed: 2, denied: 0 },
    ]);
    expect(await ask(trailId, range, (tx, input) => listFailedByHour(tx, { ...input, zone: 'Europe/Berlin', byDate: true }))).toEqual([
      { row: '2026-10-25', hour: 2, count: 3 },
    ]);
    expect(await ask(trailId, range, (tx, input) => listFailedByHour(tx, { ...input, zone: 'Europe/Berlin', byDate: false }))).toEqual([
      { row: '7', hour: 2, count: 3 },
    ]);
  });
});
