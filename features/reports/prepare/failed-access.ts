import { Temporal } from 'temporal-polyfill';
import type { BarRow, Series } from '@/components/charts/bars-model';
import type { HourRow } from '@/components/charts/hour-map';
import type { MarkRow } from '@/components/charts/mark-grid';
import { formatCount, plural } from '@/lib/format';
import { shortName } from '@/lib/short-name';
import { formatClock, formatDateTime, formatDay } from '@/lib/time';
import { type BucketUnit, localDays, type ReportPeriod } from '../buckets';
import { all, eventHref, eventsHref, failedBy, isOneOf, refused } from '../links';
import {
  type Attempt,
  type FailedActor,
  type FailedBucket,
  type FailedTotals,
  type Guess,
  guess,
  type MapCell,
  type SprayingAddress,
  spray,
} from '../queries/failed-access';
import { barTimes } from './bars';
import { gapWord } from './lack';

type Place = { alias: string; period: ReportPeriod };

/** What changes with threshold and window. */
export type FailedThreshold = Place & {
  threshold: number;
  windowMinutes: number;
  totals: FailedTotals;
  actors: FailedActor[];
  spraying: SprayingAddress[];
  guesses: Guess[];
  recordsLockouts: boolean;
  /** Acts say that events may be archived or disposed of. */
  mayLack: boolean;
};
export type FailedActorRow = FailedActor & { name: string; isAttempt: boolean; href: string | null; successHref: string | null; lockedHref: string | null };
export type FailedThresholdModel = {
  sentence: string;
  facts: { label: string; value: string; note: string; tone?: 'warning' | 'broken'; href?: string | null }[];
  actors: FailedActorRow[];
  overTotal: number;
  actorTotal: number;
  recordsLockouts: boolean;
  mayLack: boolean;
  notes: string[];
  why: string;
  ties: boolean;
  tieOut: string[];
};

export function prepareThreshold(input: FailedThreshold): FailedThresholdModel {
  const { alias, period, threshold, windowMinutes, totals, actors, spraying, guesses } = input;
  const place = { alias, ...period };
  const sprayers = spraying.filter((one) => one.accounts >= spray.accounts);
  const { over, sprayed, below } = totals;
  const sum = over.events + sprayed.events + below.events;
  const suspicious = spraying.filter((one) => one.accounts < spray.accounts).length;
  const first = sprayers[0];
  return {
    sentence: sentenceOf(input, sprayers),
    facts: [
      {
        label: 'Failed or denied',
        value: formatCount(totals.total),
        note: `${formatCount(totals.failed)} failed, ${formatCount(totals.denied)} denied`,
        href: totals.total > 0 ? eventsHref(place, refused) : null,
      },
      {
        label: `Actors at ${threshold} or more in ${windowMinutes} min`,
        value: `${formatCount(over.actors)} of ${formatCount(totals.actors)}`,
        note: plural(over.events, 'event'),
      },
      {
        label: 'Addresses spraying',
        value: formatCount(sprayers.length),
        note: first
          ? `${sprayers.length === 1 ? plural(first.totalAccounts, 'account') : `up to ${plural(first.accounts, 'account')}`}, ${plural(
              sprayers.reduce((n, one) => n + one.total, 0),
              'event',
            )}`
          : suspicious > 0
            ? `${formatCount(suspicious)} with ${spray.warn} to ${spray.accounts - 1} accounts`
            : `none with ${spray.accounts} accounts in ${spray.windowMinutes} min`,
        ...(first ? { tone: 'warning' as const } : {}),
      },
      {
        label: 'Below the threshold',
        value: formatCount(below.events),
        note: below.actors === 0 ? 'none' : `${plural(below.actors, 'actor')}, ${below.peak} at most in ${windowMinutes} min`,
      },
      {
        label: 'Guessed right after',
        value: formatCount(guesses.length),
        note: guesses[0] ? `success after ${formatCount(guesses[0].failures)} failed log-ins` : `no success after ${guess.failures} failed log-ins`,
        ...(guesses[0] ? { tone: 'broken' as const, href: eventHref(alias, guesses[0].seq) } : {}),
      },
    ],
    actors: actors.map((actor) => ({
      ...actor,
      name: actor.isNameless ? (actor.who === '' ? 'no name, no address' : `no name, ${actor.who}`) : actor.who,
      isAttempt: !actor.isNameless && actor.logins === actor.total,
      href: eventsHref(place, failedBy(actor)),
      successHref: actor.successSeq === null ? null : eventHref(alias, actor.successSeq),
      lockedHref: actor.lockedSeq === null ? null : eventHref(alias, actor.lockedSeq),
    })),
    overTotal: over.actors,
    actorTotal: totals.actors,
    recordsLockouts: input.recordsLockouts,
    mayLack: input.mayLack,
    notes: [
      ...notesOf(actors),
      ...(actors.length > 0 && !input.recordsLockouts ? ['This trail records no lock-outs: whether an account was locked is not known.'] : []),
    ],
    why: whyOf(input, sum),
    ties: sum === totals.total,
    tieOut: [
      `${formatCount(over.events)} over the threshold + ${formatCount(sprayed.events)} from spraying addresses + ${formatCount(below.events)} below = ${formatCount(sum)}; ${formatCount(totals.total)} in the query.`,
    ],
  };
}

function sentenceOf({ totals, threshold, windowMinutes, guesses, mayLack }: FailedThreshold, sprayers: SprayingAddress[]): string {
  if (totals.total === 0)
    return mayLack ? 'No event of this period that is here failed or was denied.' : 'Nothing failed and nothing was denied in this period.';
  const over =
    totals.over.actors === 0
      ? `no actor reached ${threshold} in ${windowMinutes} minutes`
      : `${plural(totals.over.actors, 'actor')} reached ${threshold} in ${windowMinutes} minutes`;
  const parts = [
    over,
    ...(sprayers.length > 0 ? [`${plural(sprayers.length, 'address', 'addresses')} sprayed`] : []),
    ...(guesses.length > 0 ? [`${plural(guesses.length, 'password was', 'passwords were')} guessed`] : []),
  ];
  return `${formatCount(totals.total)} failed or denied: ${parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts[0]}.`;
}

/** What the rows mean and what they do not: in a failed log-in the actor is only claimed. */
function notesOf(actors: FailedActor[]): string[] {
  const named = actors.filter((one) => !one.isNameless);
  const claimed = named.filter((one) => one.logins > 0);
  const refusedOnly = named.filter((one) => one.logins === 0 && one.denied === one.total);
  const errors = named.filter((one) => one.logins === 0 && one.denied < one.total);
  return [
    ...(claimed.length > 0
      ? [`${names(claimed)}: attempts against ${claimed.length === 1 ? 'the account' : 'these accounts'}; who made them is not known.`]
      : []),
    ...(errors.length > 0 ? [`${names(errors)}: errors of calls, not of log-ins.`] : []),
    ...(refusedOnly.length > 0 ? [`${names(refusedOnly)}: every call refused for lack of rights.`] : []),
  ];
}

function names(list: FailedActor[]): string {
  const shown = list.slice(0, 4).map((one) => shortName(one.who));
  if (list.length > 4) return `${shown.join(', ')} and ${list.length - 4} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? '');
}

function whyOf({ totals, period, actors }: FailedThreshold, sum: number): string {
  if (totals.total === 0) return 'There is nothing to add up.';
  const parts =
    actors.length <= 6 && actors.length > 1 && actors.length === totals.over.actors
      ? `${actors.map((one) => formatCount(one.total)).join(' + ')} over the threshold`
      : `${formatCount(totals.over.events)} over the threshold`;
  const at = (time: string) => formatDateTime(time, period.zone, 'minute');
  return [
    `${parts}, ${formatCount(totals.sprayed.events)} more from spraying addresses, ${formatCount(totals.below.events)} below: ${formatCount(sum)}, and ${formatCount(totals.total)} rows in the query.`,
    `Period ${at(period.from)} to ${at(period.to)}, ${period.zone}, end excluded.`,
    totals.nameless === 0
      ? ''
      : `${plural(totals.nameless, 'event has', 'events have')} no actor and ${totals.nameless === 1 ? 'is' : 'are'} grouped by address.`,
  ]
    .filter(Boolean)
    .join(' ');
}

export type FailedCharts = Place & {
  bounds: readonly string[];
  unit: BucketUnit;
  now: string;
  buckets: FailedBucket[];
  cells: MapCell[];
  byDate: boolean;
  silent: readonly number[];
  extent: { first: string | null; last: string | null };
  mayLack: boolean;
};
export type FailedChartsModel = { bars: { rows: BarRow[]; series: Series[]; title: string; rowHead: string }; map: { rows: HourRow[] } };

const series: Series[] = [
  { key: 'denied', label: 'denied', fill: 'var(--denied-fill)' },
  { key: 'failure', label: 'failure', fill: 'var(--failure-fill)' },
];

export function prepareFailedCharts({ alias, period, bounds, unit, now, buckets, cells, byDate, silent, extent, mayLack }: FailedCharts): FailedChartsModel {
  const byBar = new Map(buckets.map((bar) => [bar.bucket, bar]));
  const isSilent = new Set(silent);
  const rows = barTimes(bounds, unit, period.zone, now).map(({ key, title, tick, isMark, from, to }, n): BarRow => {
    const bar = byBar.get(n);
    const isOutside = extent.first === null || to <= extent.first || (extent.last !== null && from > extent.last);
    return {
      key,
      title,
      tick,
      isMark,
      values: { denied: bar?.denied ?? 0, failure: bar?.failed ?? 0 },
      ...(bar ? { href: eventsHref({ alias, from, to, zone: period.zone }, refused) ?? undefined } : {}),
      // an hour without any event is nothing unusual at night; a day without one is
      ...(!bar && isSilent.has(n) && (unit !== 'hour' || isOutside) && n < bounds.length - 2 ? { gap: gapWord(from, to, extent, mayLack) } : {}),
    };
  });
  return {
    bars: { rows, series, title: `Per ${unit}`, rowHead: unit.charAt(0).toUpperCase() + unit.slice(1) },
    map: { rows: byDate ? dateRows(alias, period, cells) : weekdayRows(cells) },
  };
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function weekdayRows(cells: MapCell[]): HourRow[] {
  return weekdays.map((label, n) => {
    const hours = new Array<number>(24).fill(0);
    for (const cell of cells) if (cell.row === String(n + 1)) hours[cell.hour] = cell.count;
    return { key: label, label, hours };
  });
}

/** One line a day: each cell knows its instants, also the hour that a day has twice (both) or not at all (a gap). */
function dateRows(alias: string, period: ReportPeriod, cells: MapCell[]): HourRow[] {
  const start = Temporal.Instant.from(period.from).toZonedDateTimeISO(period.zone).toPlainDate();
  return Array.from({ length: localDays(period) }, (_, n) => {
    const date = start.add({ days: n });
    const key = date.toString();
    const counts = new Map(cells.filter((cell) => cell.row === key).map((cell) => [cell.hour, cell.count]));
    const hourStart = (hour: number) =>
      date
        .toZonedDateTime({ timeZone: period.zone, plainTime: '00:00' })
        .startOfDay()
        .toPlainDateTime()
        .with({ hour: 0 })
        .add({ hours: hour })
        .toZonedDateTime(period.zone, { disambiguation: 'earlier' });
    const hours = Array.from({ length: 24 }, (_, hour) => {
      const count = counts.get(hour);
      return count ?? (isSkipped(date, hour, period.zone) ? null : 0);
    });
    const href = hours.map((count, hour) =>
      count
        ? eventsHref({ alias, from: clamp(text(hourStart(hour)), period), to: clamp(text(hourStart(hour + 1)), period), zone: period.zone }, refused)
        : null,
    );
    return { key, label: `${weekdays[date.dayOfWeek - 1]} ${date.day}`, hours, href };
  });
}

const text = (time: Temporal.ZonedDateTime) => time.toInstant().toString({ fractionalSecondDigits: 6 });
const clamp = (time: string, { from, to }: ReportPeriod) => (time < from ? from : time > to ? to : time);

function isSkipped(date: Temporal.PlainDate, hour: number, zone: string): boolean {
  const wall = date.toPlainDateTime({ hour });
  return !wall.toZonedDateTime(zone).toPlainDateTime().equals(wall);
}

export type SprayModel = {
  ip: string;
  note: string;
  href: string | null;
  label: string;
  rows: MarkRow[];
  ticks: { at: number; label: string }[];
  foot: string;
};
export type SprayRow = SprayingAddress & { href: string | null; successHref: string | null; isWarning: boolean };

export function prepareSprayRows({ alias, period }: Place, spraying: SprayingAddress[], login: readonly string[]): SprayRow[] {
  return spraying.map((one) => ({
    ...one,
    isWarning: one.accounts >= spray.accounts,
    href: eventsHref({ alias, ...period }, all({ eq: ['ip_address', one.ip] }, isOneOf('action', login), refused)),
    successHref: one.successSeq === null ? null : eventHref(alias, one.successSeq),
  }));
}

export const accountsDrawn = 20;

/** The address that tried most accounts: who × when, one mark a try. */
export function prepareSpray({ alias, period }: Place, address: SprayingAddress, attempts: Attempt[], login: readonly string[]): SprayModel {
  const [first, last] = [Date.parse(attempts[0]?.occurredAt ?? period.from), Date.parse(attempts.at(-1)?.occurredAt ?? period.to)];
  const span = Math.max(60_000, last - first);
  const place = (ms: number) => 0.02 + (0.93 * (ms - first)) / span; // room for the last word of the axis
  const accounts = [...new Set(attempts.map((one) => one.account))].sort();
  const most = Math.max(0, ...accounts.map((account) => attempts.filter((one) => one.account === account).length));
  const tickCount = 4;
  const when = formatDay(address.first, period.zone);
  return {
    ip: address.ip,
    note: `${when}, ${plural(address.totalAccounts, 'account')}, ${address.successSeq === null ? 'no success' : 'then a success'}`,
    href: eventsHref({ alias, ...period }, all({ eq: ['ip_address', address.ip] }, isOneOf('action', login), refused)),
    label: `Log-ins that failed from ${address.ip}, by account and time`,
    rows: accounts.slice(0, accountsDrawn).map((account) => ({
      key: account,
      label: account || 'no name',
      marks: attempts
        .filter((one) => one.account === account)
        .map((one) => ({
          at: place(Date.parse(one.occurredAt)),
          title: `${formatDateTime(one.occurredAt, period.zone)}, attempt against ${account || 'no name'}, event ${one.seq}`,
          kind: 'failure' as const,
        })),
    })),
    ticks: Array.from({ length: tickCount }, (_, n) => {
      const ms = first + (span * n) / (tickCount - 1);
      return { at: place(ms), label: formatClock(new Date(ms).toISOString().replace('Z', '000Z'), period.zone, 'minute') };
    }),
    foot: [
      `Each mark is one failed log-in against the account named. At most ${most} per account${most <= 10 ? ': a lock-out after 10 never sees it' : ''}.`,
      accounts.length > accountsDrawn ? `${accountsDrawn} of ${accounts.length} accounts are drawn.` : '',
      attempts.length < address.total ? `The first ${formatCount(attempts.length)} of ${formatCount(address.total)} attempts are drawn.` : '',
    ]
      .filter(Boolean)
      .join(' '),
  };
}
