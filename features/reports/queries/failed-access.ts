import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '@/db/transaction';
import { namelessActors } from '../nameless';
import type { ActionClasses } from './catalogue';
import { type ReportRange, textArray, timeArray, timeText, within } from './sql';

export type FailedInput = ReportRange & { threshold: number; windowMinutes: number; classes: Pick<ActionClasses, 'login' | 'lockout'> };

/** R04: this many accounts within the hour is spraying; from `sprayWarn` on it is shown. */
export const spray = { accounts: 10, warn: 5, windowMinutes: 60 } as const;
/** R06: so many failed log-ins within the hour before a success. */
export const guess = { failures: 5, windowMinutes: 60 } as const;
/** Rows of a list on one screen; the rest is counted. */
export const listLimit = 200;

const minutes = (n: number): SQL => sql`${`${n} minutes`}::interval`;

/** Failed or denied events of the period and of the time before it that a window at its start still reaches; every column lies in the partial index. */
const failedSince = (input: ReportRange, before: SQL): SQL => sql`
  select e.seq, e.occurred_at, e.actor_id, e.outcome, e.ip_address, e.action from event_view e
  where e.trail_id = ${input.trailId}::int and e.outcome <> 'success' and e.occurred_at >= ${input.from}::timestamptz - ${before} and e.occurred_at < ${input.to}::timestamptz and e.seq <= ${input.asOf}::bigint`;

const sprayPeaks = (input: FailedInput): SQL => sql`
  l as (select f.* from (${failedSince(input, minutes(spray.windowMinutes))}) f where f.action = any (${textArray(input.classes.login)}) and f.ip_address is not null),
  m as (select l.* from l where l.ip_address in (select ip_address from l group by 1 having count(distinct actor_id) >= ${spray.warn}::int)),
  -- each attempt makes its account count until the window has passed or the same account is tried again: so the accounts within the window are the spans that are open, one sort instead of a self-join
  o as (select m.*, least(occurred_at + ${minutes(spray.windowMinutes)}, lead(occurred_at) over (partition by ip_address, actor_id order by occurred_at, seq)) as until,
      count(*) over (partition by ip_address order by occurred_at range between (${minutes(spray.windowMinutes)} - interval '1 microsecond') preceding and current row) as attempts from m),
  s as (select ip_address, at, step, attempts, sum(step) over (partition by ip_address order by at) as accounts from (
      select ip_address, occurred_at as at, 1 as step, attempts from o where until > occurred_at union all select ip_address, until, -1, 0 from o where until > occurred_at) d),
  peaks as (select ip_address, max(accounts) as accounts, max(attempts) as attempts from s where step = 1 and at >= ${input.from}::timestamptz group by 1 having max(accounts) >= ${spray.warn}::int)`;

export type SprayingAddress = {
  ip: string;
  /** Distinct accounts and attempts in the fullest window of 60 minutes. */
  accounts: number;
  attempts: number;
  /** In the whole period. */
  totalAccounts: number;
  total: number;
  mostPerAccount: number;
  first: string;
  last: string;
  /** Seq of the first log-in from this address that succeeded from `first` on, up to the end of the period. */
  successSeq: number | null;
};

export const sprayQuery = (input: FailedInput): SQL => sql`
  with ${sprayPeaks(input)},
  t as (select ip_address, sum(n) as total, count(*) as accounts, max(n) as most, min(first) as first, max(last) as last from (
      select ip_address, actor_id, count(*) as n, min(occurred_at) as first, max(occurred_at) as last from m where occurred_at >= ${input.from}::timestamptz group by 1, 2) a group by 1)
  select p.ip_address as ip, p.accounts, p.attempts, t.accounts as "totalAccounts", t.total, t.most as "mostPerAccount", ${timeText(sql`t.first`)} as first, ${timeText(sql`t.last`)} as last, ok.seq as "successSeq"
  from peaks p join t using (ip_address) left join lateral (
    select e.seq from event_view e where ${within(input)} and e.ip_address = p.ip_address and e.occurred_at >= t.first and e.outcome = 'success' and e.action = any (${textArray(input.classes.login)})
    order by e.occurred_at, e.seq limit 1) ok on true
  order by p.accounts desc, p.ip_address limit ${listLimit}::int`;

export async function listSprayingAddresses(tx: Tx, input: FailedInput): Promise<SprayingAddress[]> {
  const rows = await tx.execute<Record<keyof SprayingAddress, string> & { successSeq: string | null }>(sprayQuery(input));
  return rows.map((row) => ({
    ip: row.ip,
    accounts: Number(row.accounts),
    attempts: Number(row.attempts),
    totalAccounts: Number(row.totalAccounts),
    total: Number(row.total),
    mostPerAccount: Number(row.mostPerAccount),
    first: row.first,
    last: row.last,
    successSeq: row.successSeq === null ? null : Number(row.successSeq),
  }));
}

/** A group of the report: one claimed actor, or one address of events that name nobody (`ip` '' where there was none either). */
export type FailedActor = {
  isNameless: boolean;
  who: string;
  actorType: string;
  peak: number;
  total: number;
  denied: number;
  /** How many of the total are log-ins: of those the actor is only claimed. */
  logins: number;
  addresses: number;
  first: string;
  last: string;
  /** When the threshold was reached first. */
  reachedAt: string;
  lockedSeq: number | null;
  /** First success of the same actor (for an address: from it, naming nobody) after the threshold was reached. */
  successSeq: number | null;
};
export type FailedTotals = {
  total: number;
  failed: number;
  denied: number;
  actors: number;
  over: { actors: number; events: number };
  /** Not over the threshold but from an address that sprays. */
  sprayed: { actors: number; events: number };
  below: { actors: number; events: number; peak: number };
  nameless: number;
  firstSeq: number | null;
  lastSeq: number | null;
};

const windows = (input: FailedInput): SQL => sql`
  f as (${failedSince(input, minutes(input.windowMinutes))}),
  k as (select f.*, f.actor_id = any (${textArray(namelessActors)}) as nameless, case when f.actor_id = any (${textArray(namelessActors)}) then coalesce(f.ip_address, '') else f.actor_id end as who from f),
  w as (select k.*, count(*) over (partition by nameless, who order by occurred_at range between ${minutes(input.windowMinutes)} preceding and current row) as n from k),
  g as (select nameless, who, max(n) as peak, count(*) as total, count(*) filter (where outcome = 'denied') as denied, count(*) filter (where action = any (${textArray(input.classes.login)})) as logins,
      count(distinct ip_address) as addresses, min(occurred_at) as first, max(occurred_at) as last, min(occurred_at) filter (where n >= ${input.threshold}::int) as reached, min(seq) as first_seq, max(seq) as last_seq
    from w where occurred_at >= ${input.from}::timestamptz group by 1, 2)`;

export const actorsQuery = (input: FailedInput): SQL => sql`
  with ${windows(input)},
  top as (select * from g where peak >= ${input.threshold}::int order by peak desc, total desc, who limit ${listLimit}::int)
  select nameless as "isNameless", who, coalesce(a.actor_type, '') as "actorType", peak, total, denied, logins, addresses, ${timeText(sql`first`)} as first, ${timeText(sql`last`)} as last,
    ${timeText(sql`reached`)} as "reachedAt", lock.seq as "lockedSeq", ok.seq as "successSeq"
  from top
  left join lateral (select e.actor_type from event_view e where not top.nameless and e.trail_id = ${input.trailId}::int and e.actor_id = top.who and e.occurred_at <= top.last and e.seq <= ${input.asOf}::bigint
    order by e.occurred_at desc, e.seq desc limit 1) a on true
  left join lateral (select e.seq from event_view e where ${within(input)} and e.action = any (${textArray(input.classes.lockout)}) and e.occurred_at >= top.first and (e.resource_id = top.who or e.actor_id = top.who)
    order by e.occurred_at, e.seq limit 1) lock on true
  left join lateral (
    select * from (
      (select e.seq from event_view e where not top.nameless and ${within(input)} and e.actor_id = top.who and e.outcome = 'success' and e.occurred_at >= top.reached order by e.occurred_at, e.seq limit 1)
      union all
      (select e.seq from event_view e where top.nameless and ${within(input)} and e.ip_address = top.who and e.actor_id = any (${textArray(namelessActors)}) and e.outcome = 'success' and e.occurred_at >= top.reached order by e.occurred_at, e.seq limit 1)
    ) s limit 1) ok on true
  order by peak desc, total desc, who`;

export async function listFailedActors(tx: Tx, input: FailedInput): Promise<FailedActor[]> {
  const rows = await tx.execute<
    Record<Exclude<keyof FailedActor, 'isNameless'>, string> & { isNameless: boolean; lockedSeq: string | null; successSeq: string | null }
  >(actorsQuery(input));
  return rows.map((row) => ({
    isNameless: row.isNameless,
    who: row.who,
    actorType: row.actorType,
    peak: Number(row.peak),
    total: Number(row.total),
    denied: Number(row.denied),
    logins: Number(row.logins),
    addresses: Number(row.addresses),
    first: row.first,
    last: row.last,
    reachedAt: row.reachedAt,
    lockedSeq: row.lockedSeq === null ? null : Number(row.lockedSeq),
    successSeq: row.successSeq === null ? null : Number(row.successSeq),
  }));
}

export const totalsQuery = (input: FailedInput): SQL => sql`
  with ${windows(input)}, ${sprayPeaks(input)},
  sprayed as (select k.nameless, k.who, count(*) as events from k where k.occurred_at >= ${input.from}::timestamptz and k.action = any (${textArray(input.classes.login)}) and k.ip_address in (select ip_address from peaks where accounts >= ${spray.accounts}::int) group by 1, 2),
  j as (select g.*, g.peak >= ${input.threshold}::int as is_over, coalesce(sprayed.events, 0) as sprayed from g left join sprayed using (nameless, who))
  select coalesce(sum(total), 0) as total, coalesce(sum(total - denied), 0) as failed, coalesce(sum(denied), 0) as denied, count(*) as actors,
    count(*) filter (where is_over) as "overActors", coalesce(sum(total) filter (where is_over), 0) as "overEvents",
    count(*) filter (where not is_over and sprayed > 0) as "sprayedActors", coalesce(sum(sprayed) filter (where not is_over), 0) as "sprayedEvents",
    count(*) filter (where not is_over and total > sprayed) as "belowActors", coalesce(sum(total - sprayed) filter (where not is_over), 0) as "belowEvents", coalesce(max(peak) filter (where not is_over and total > sprayed), 0) as "belowPeak",
    coalesce(sum(total) filter (where nameless), 0) as nameless, min(first_seq) as "firstSeq", max(last_seq) as "lastSeq"
  from j`;

export async function getFailedTotals(tx: Tx, input: FailedInput): Promise<FailedTotals> {
  const [row] = await tx.execute<Record<string, string | null>>(totalsQuery(input));
  const n = (name: string) => Number(row?.[name] ?? 0);
  const seq = (name: string) => (row?.[name] == null ? null : Number(row[name]));
  return {
    total: n('total'),
    failed: n('failed'),
    denied: n('denied'),
    actors: n('actors'),
    over: { actors: n('overActors'), events: n('overEvents') },
    sprayed: { actors: n('sprayedActors'), events: n('sprayedEvents') },
    below: { actors: n('belowActors'), events: n('belowEvents'), peak: n('belowPeak') },
    nameless: n('nameless'),
    firstSeq: seq('firstSeq'),
    lastSeq: seq('lastSeq'),
  };
}

export type FailedBucket = { bucket: number; failed: number; denied: number };

export const barsQuery = (input: ReportRange & { bounds: readonly string[] }): SQL => sql`
  select width_bucket(e.occurred_at, ${timeArray(input.bounds.slice(0, -1))}) - 1 as bucket, count(*) filter (where e.outcome = 'failure') as failed, count(*) filter (where e.outcome = 'denied') as denied
  from event_view e where ${within(input)} and e.outcome <> 'success' group by 1 order by 1`;

export async function listFailedBuckets(tx: Tx, input: Parameters<typeof barsQuery>[0]): Promise<FailedBucket[]> {
  const rows = await tx.execute<Record<keyof FailedBucket, string>>(barsQuery(input));
  return rows.map((row) => ({ bucket: Number(row.bucket), failed: Number(row.failed), denied: Number(row.denied) }));
}

/** `row` is the local date where the map has one line a day, else the ISO weekday. */
export type MapCell = { row: string; hour: number; count: number };

export const mapQuery = (input: ReportRange & { zone: string; byDate: boolean }): SQL => sql`
  select case when ${input.byDate}::boolean then to_char(local, 'YYYY-MM-DD') else extract(isodow from local)::text end as row, extract(hour from local)::int as hour, count(*) as count
  from (select e.occurred_at at time zone ${input.zone} as local from event_view e where ${within(input)} and e.outcome <> 'success') t group by 1, 2 order by 1, 2`;

export async function listFailedByHour(tx: Tx, input: Parameters<typeof mapQuery>[0]): Promise<MapCell[]> {
  const rows = await tx.execute<{ row: string; hour: number; count: string }>(mapQuery(input));
  return rows.map((row) => ({ row: row.row, hour: Number(row.hour), count: Number(row.count) }));
}

export type Attempt = { seq: number; occurredAt: string; account: string };

/** The attempts of one spraying address in the period, oldest first: one mark each. */
export async function listAttempts(
  tx: Tx,
  { classes, ip, limit, ...range }: ReportRange & Pick<FailedInput, 'classes'> & { ip: string; limit: number },
): Promise<Attempt[]> {
  const rows = await tx.execute<{ seq: string; occurredAt: string; account: string }>(sql`
    select e.seq, ${timeText(sql`e.occurred_at`)} as "occurredAt", e.actor_id as account from event_view e
    where ${within(range)} and e.ip_address = ${ip} and e.outcome <> 'success' and e.action = any (${textArray(classes.login)}) order by e.occurred_at, e.seq limit ${limit}::int`);
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

export type Guess = { seq: number; occurredAt: string; actorId: string; ip: string | null; failures: number; addresses: number; sameAddress: boolean };

/**
 * R06. Failures count up to the success that ends their run; the next run begins at zero. Only accounts with enough failures within the hour are looked at, and of those only
 * the time around these failures: whoever succeeds was tried just before.
 */
export const guessQuery = (input: FailedInput): SQL => sql`
  with f as (select f.*, count(*) over (partition by f.actor_id order by f.occurred_at range between ${minutes(guess.windowMinutes)} preceding and current row) as n
      from (${failedSince(input, minutes(guess.windowMinutes))}) f where f.action = any (${textArray(input.classes.login)}) and f.actor_id <> all (${textArray(namelessActors)})),
  c as (select actor_id, min(occurred_at) - ${minutes(guess.windowMinutes)} as since, max(occurred_at) + ${minutes(guess.windowMinutes)} as until from f where n >= ${guess.failures}::int group by 1),
  l as (select f.seq, f.occurred_at, f.actor_id, f.ip_address, false as is_success from f join c using (actor_id)
    union all
    select e.seq, e.occurred_at, e.actor_id, e.ip_address, true from c cross join lateral (
      select * from event_view e where e.trail_id = ${input.trailId}::int and e.actor_id = c.actor_id and e.occurred_at >= c.since and e.occurred_at <= c.until and e.occurred_at < ${input.to}::timestamptz
        and e.seq <= ${input.asOf}::bigint and e.outcome = 'success' and e.action = any (${textArray(input.classes.login)})) e),
  r as (select l.*, coalesce(sum(is_success::int) over (partition by actor_id order by occurred_at, seq rows between unbounded preceding and 1 preceding), 0) as run from l)
  select s.seq, ${timeText(sql`s.occurred_at`)} as "occurredAt", s.actor_id as "actorId", s.ip_address as ip, count(*) as failures, count(distinct f.ip_address) as addresses, bool_or(f.ip_address is not distinct from s.ip_address) as "sameAddress"
  from r s join r f on f.actor_id = s.actor_id and f.run = s.run and not f.is_success and f.occurred_at >= s.occurred_at - ${minutes(guess.windowMinutes)}
  where s.is_success and s.occurred_at >= ${input.from}::timestamptz group by s.seq, s.occurred_at, s.actor_id, s.ip_address having count(*) >= ${guess.failures}::int order by s.seq limit ${listLimit}::int`;

export async function listGuesses(tx: Tx, input: FailedInput): Promise<Guess[]> {
  const rows = await tx.execute<Record<Exclude<keyof Guess, 'ip' | 'sameAddress'>, string> & { ip: string | null; sameAddress: boolean }>(guessQuery(input));
  return rows.map((row) => ({ ...row, seq: Number(row.seq), failures: Number(row.failures), addresses: Number(row.addresses) }));
}
