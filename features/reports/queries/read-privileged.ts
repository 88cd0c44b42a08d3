import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { mayLackEvents } from '@/features/trail/queries/may-lack';
import { bucketBounds, bucketUnit, periodBefore, type ReportPeriod } from '../buckets';
import { type ActionClasses, classifyActions } from './catalogue';
import {
  countPrivileged,
  countTabs,
  listPrivileged,
  type PrivilegedRow,
  type PrivilegedSummary,
  type PrivilegedTab,
  privilegedWhere,
  summarisePrivileged,
} from './privileged';
import { countActions, type Extent, getExtent, getNearest, listSilentBuckets } from './recorded';

export const pageRows = 50;

export type PrivilegedQuestion = { trailId: TrailId; period: ReportPeriod; asOf: number; tab: PrivilegedTab };

export type PrivilegedPage = { classes: ActionClasses; tabs: Record<PrivilegedTab, number>; rows: PrivilegedRow[]; nearest: string | null; mayLack: boolean };

/** What the screen of privileged actions shows at once: how many there are, and the newest of them. */
export async function readPrivilegedPage(tx: Tx, { period, ...asked }: PrivilegedQuestion, catalogue: string): Promise<PrivilegedPage> {
  const { trailId, asOf, tab } = asked;
  const { from, to } = period;
  const classes = await classifyActions(tx, trailId, catalogue);
  const question = { ...asked, from, to, classes };
  const rows = await listPrivileged(tx, { ...question, before: null, limit: pageRows + 1 });
  return {
    classes,
    tabs: await countTabs(tx, question),
    rows,
    nearest: rows.length > 0 ? null : await getNearest(tx, { trailId, asOf, from, to, where: privilegedWhere(tab, classes) }),
    mayLack: await mayLackEvents(tx, trailId),
  };
}

export type PrivilegedReading = {
  bounds: string[];
  unit: ReturnType<typeof bucketUnit>;
  summary: PrivilegedSummary;
  before: number;
  beforePeriod: ReportPeriod;
  silent: number[];
  extent: Extent;
  unclassified: number;
};

/** What reads each of those events, and so comes after: bars, actors, tickets, hours. Nothing newer than as-of is in it, so that it is of the same events as the page. */
export async function readPrivilegedFigures(tx: Tx, { period, ...asked }: PrivilegedQuestion, classes: ActionClasses): Promise<PrivilegedReading> {
  const { trailId, asOf } = asked;
  const { from, to, zone } = period;
  const question = { ...asked, from, to, classes };
  const unit = bucketUnit(period, 'day');
  const bounds = bucketBounds(period, unit);
  const beforePeriod = periodBefore(period);
  return {
    bounds,
    unit,
    summary: await summarisePrivileged(tx, { ...question, bounds, zone }),
    before: await countPrivileged(tx, { ...question, from: beforePeriod.from, to: beforePeriod.to }),
    beforePeriod,
    silent: await listSilentBuckets(tx, { trailId, asOf, bounds }),
    extent: await getExtent(tx, { trailId, asOf }),
    unclassified: await countActions(tx, { ...question, actions: classes.unclassified }),
  };
}
