import type { BarRow, Series } from '@/components/charts/bars-model';
import { formatCount, plural } from '@/lib/format';
import { formatDay, zonedTime } from '@/lib/time';
import type { BucketUnit, ReportPeriod } from '../buckets';
import { categoryLabel, groupLabels, groupOf, groupOrder, type PrivilegedGroup } from '../groups';
import { all, eventHref, eventsHref, privilegedFilter, refused } from '../links';
import type { ActionClasses } from '../queries/catalogue';
import type { PrivilegedRow, PrivilegedSummary, PrivilegedTab } from '../queries/privileged';
import { barTimes } from './bars';
import { gapWord } from './lack';

export type PrivilegedFacts = {
  alias: string;
  tab: PrivilegedTab;
  period: ReportPeriod;
  bounds: readonly string[];
  unit: BucketUnit;
  now: string;
  classes: Pick<ActionClasses, 'classify' | 'login'>;
  summary: PrivilegedSummary;
  /** The same question, counted by the query of the table. */
  counted: number;
  before: number;
  beforePeriod: ReportPeriod;
  silent: readonly number[];
  /** When the trail's first and last event happened. */
  extent: { first: string | null; last: string | null };
  /** Acts say that events may be archived or disposed of. */
  mayLack: boolean;
};

export type PersonRow = { actorId: string; actorType: string; count: number; noTicket: number; href: string | null };
export type PrivilegedModel = {
  sentence: string;
  facts: { label: string; value: string; note: string; isWarning?: boolean; href?: string | null }[];
  chart: { rows: BarRow[]; series: Series[]; figures: Record<string, string>; label: string; rowHead: string };
  people: PersonRow[];
  peopleTotal: number;
  allHref: string | null;
  tieOut: string[];
};

const fills: Record<PrivilegedGroup, Pick<Series, 'fill' | 'edge'>> = {
  config: { fill: 'var(--chart-1)' },
  secrets: { fill: 'var(--chart-2)' },
  rights: { fill: 'var(--chart-3)' },
  accounts: { fill: 'var(--chart-4)', edge: 'var(--chart-edge)' },
  audit: { fill: 'var(--chart-5)', edge: 'var(--chart-edge)' },
  other: { fill: 'var(--line-control)' },
  login: { fill: 'var(--chart-total)' },
  unflagged: { fill: 'var(--line)', edge: 'var(--line-control)' },
};

export const peopleShown = 12;
const unitWords: Record<BucketUnit, string> = { hour: 'hour', day: 'day', week: 'week', month: 'month' };

export function preparePrivileged(facts: PrivilegedFacts): PrivilegedModel {
  const { summary, classes, tab, alias, period, bounds, unit } = facts;
  const groupOfAction = (action: string) => groupOf(classes.classify(action));
  const totals = new Map<PrivilegedGroup, number>();
  const perBar = bounds.slice(0, -1).map(() => ({ values: {} as Record<string, number>, flagged: new Set<string>() }));
  for (const { bucket, action, count } of summary.buckets) {
    const group = groupOfAction(action);
    totals.set(group, (totals.get(group) ?? 0) + count);
    const bar = perBar[bucket];
    if (!bar) continue;
    bar.values[group] = (bar.values[group] ?? 0) + count;
    if (classes.classify(action)?.isPrivileged) bar.flagged.add(action);
  }

  const link = (from: string, to: string, flagged: Iterable<string>) =>
    eventsHref({ alias, from, to, zone: period.zone }, privilegedFilter(tab, [...flagged].sort(), classes.login));
  const flagged = new Set(summary.buckets.map((bar) => bar.action).filter((action) => classes.classify(action)?.isPrivileged));
  const silent = new Set(facts.silent);
  const rows = barTimes(bounds, unit, period.zone, facts.now).map(({ key, title, tick, from, to }, n): BarRow => {
    const { values, flagged: inBar } = perBar[n] as (typeof perBar)[number];
    const total = Object.values(values).reduce((a, b) => a + b, 0);
    return {
      key,
      title,
      tick,
      values,
      ...(total > 0 ? { href: link(from, to, inBar) ?? undefined } : {}),
      ...(silent.has(n) ? { gap: gapWord(from, to, facts.extent, facts.mayLack) } : {}),
    };
  });

  const groups = groupOrder.filter((group) => totals.get(group));
  const allFilter = privilegedFilter(tab, [...flagged].sort(), classes.login);
  const place = { alias, from: period.from, to: period.to, zone: period.zone };
  return {
    sentence: sentenceOf(facts),
    facts: factsOf(facts, eventsHref(place, all(allFilter, refused))),
    chart: {
      rows,
      series: groups.map((group) => ({ key: group, label: groupLabels[group], ...fills[group] })),
      figures: Object.fromEntries(groups.map((group) => [group, formatCount(totals.get(group) ?? 0)])),
      label: `Privileged actions per ${unitWords[unit]}`,
      rowHead: unit === 'hour' ? 'Hour' : unit.charAt(0).toUpperCase() + unit.slice(1),
    },
    people: summary.actors.slice(0, peopleShown).map((one) => ({ ...one, href: eventsHref(place, all({ eq: ['actor_id', one.actorId] }, allFilter)) })),
    peopleTotal: summary.actors.length,
    allHref: eventsHref(place, allFilter),
    tieOut: tieOutOf(
      facts,
      groups.map((group) => totals.get(group) ?? 0),
    ),
  };
}

const doers: Record<PrivilegedTab, [one: string, many: string]> = {
  people: ['person', 'people'],
  services: ['service', 'services'],
  system: ['system actor', 'system actors'],
};

/** What is known before each event was read. */
export function countSentence(tab: PrivilegedTab, total: number, mayLack: boolean): string {
  const by = doers[tab][1];
  const here = mayLack ? 'is here in' : 'in';
  if (total === 0) return tab === 'system' ? `No act of a system ${here} this period.` : `No privileged action by ${by} ${here} this period.`;
  return `${plural(total, tab === 'system' ? 'act' : 'privileged action')} by ${by}.`;
}

function sentenceOf({ summary, tab, mayLack }: PrivilegedFacts): string {
  const { total, noTicket, actors } = summary;
  const what = tab === 'system' ? plural(total, 'act') : plural(total, 'privileged action');
  const who = plural(new Set(actors.map((one) => one.actorId)).size, ...doers[tab]);
  if (total === 0) return countSentence(tab, 0, mayLack);
  if (tab === 'system') return `${what} by ${who}.`;
  if (noTicket === 0) return `${what} by ${who}; each that needs a ticket names one.`;
  return `${what} by ${who}; ${noTicket === total ? 'none names a ticket' : `${formatCount(noTicket)} ${noTicket === 1 ? 'names' : 'name'} no ticket`}.`;
}

/** In the order of the facts. */
export const factLabels = (tab: PrivilegedTab) => ({
  total: { people: 'By people', services: 'By services', system: 'By systems' }[tab],
  noTicket: 'Without a ticket',
  refused: 'Failed or denied',
  outside: 'Outside 08–18 local',
  before: 'Period before',
});

function factsOf({ summary, tab, before, beforePeriod, extent, mayLack }: PrivilegedFacts, refusedHref: string | null): PrivilegedModel['facts'] {
  const { total, noTicket, failed, denied, outsideHours, weekend, actors } = summary;
  const labels = factLabels(tab);
  const refusedCount = failed + denied;
  return [
    {
      label: labels.total,
      value: formatCount(total),
      note: `${plural(new Set(actors.map((one) => one.actorId)).size, ...doers[tab])}, ${tab === 'people' ? 'flagged or admin' : tab === 'services' ? 'flagged' : 'all they did'}`,
    },
    {
      label: labels.noTicket,
      value: formatCount(noTicket),
      note: noTicket === 0 ? 'each flagged act names one' : 'flagged acts that name none',
      isWarning: noTicket > 0 && tab === 'people',
    },
    {
      label: labels.refused,
      value: formatCount(refusedCount),
      note: refusedCount === 0 ? 'all succeeded' : `${formatCount(failed)} failed, ${formatCount(denied)} denied`,
      href: refusedCount > 0 ? refusedHref : null,
    },
    {
      label: labels.outside,
      value: formatCount(outsideHours),
      note: weekend === 0 ? 'none at a weekend' : `${formatCount(weekend)} at weekends, any hour`,
    },
    beforeOf(total, before, beforePeriod, mayLack ? null : extent.first, mayLack),
  ];
}

/** A period of which nothing can be known is no zero. */
function beforeOf(total: number, before: number, { from, to, zone }: ReportPeriod, first: string | null, mayLack: boolean): PrivilegedModel['facts'][number] {
  const label = factLabels('people').before;
  const last = new Date(Date.parse(to) - 1).toISOString();
  const isOneYear = zonedTime(from, zone).year === zonedTime(last, zone).year;
  const day = (time: string) => `${formatDay(time, zone)}${isOneYear ? '' : ` ${zonedTime(time, zone).year}`}`;
  if (!mayLack && (first === null || to <= first)) return { label, value: '–', note: 'before the first event' };
  const change = total - before;
  const range = first !== null && from < first ? `recorded from ${formatDay(first, zone)} ${zonedTime(first, zone).year} on` : `${day(from)} – ${day(last)}`;
  return { label, value: formatCount(before), note: `${range}, ${change > 0 ? '+' : change < 0 ? '−' : '±'}${formatCount(Math.abs(change))}` };
}

/** The sum of the parts must be the total, and the total what the table counts: three queries in one snapshot. */
function tieOutOf({ summary, counted, mayLack }: PrivilegedFacts, parts: number[]): string[] {
  const inChart = parts.reduce((a, b) => a + b, 0);
  const byActor = summary.actors.reduce((sum, one) => sum + one.count, 0);
  const sums = parts.length > 1 ? ` ${parts.map(formatCount).join(' + ')} = ${formatCount(inChart)}.` : '';
  const areRowsEqual = inChart === summary.total && byActor === summary.total;
  const line = `${formatCount(summary.total)} in the query, ${formatCount(inChart)} in the chart, ${formatCount(counted)} in the table, ${formatCount(byActor)} by actor.${sums}`;
  if (areRowsEqual && counted === summary.total) return [line];
  if (areRowsEqual && counted > summary.total && mayLack)
    return [
      line,
      `${formatCount(counted - summary.total)} of those in the table have no row: what is archived or disposed of is counted there. A verification says whether all that is gone went lawfully.`,
    ];
  return [line, 'These figures should be equal and are not: do not use this report.'];
}

export type PrivilegedLine = PrivilegedRow & { href: string; category: string; target: string; needsTicket: boolean };

/** A row of the table: its category in words, and what was acted on. */
export function prepareLine(alias: string, row: PrivilegedRow, classify: ActionClasses['classify']): PrivilegedLine {
  const target = [row.resourceType, row.resourceId].filter(Boolean).join(' / ');
  const entry = classify(row.action);
  return { ...row, href: eventHref(alias, row.seq), category: categoryLabel(entry?.category ?? null), target, needsTicket: entry?.isPrivileged ?? false };
}
