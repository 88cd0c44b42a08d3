import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
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

export type PrivilegedRead = {
  classes: ActionClasses;
  bounds: string[];
  unit: ReturnType<typeof bucketUnit>;
  summary: PrivilegedSummary;
  tabs: Record<PrivilegedTab, number>;
  before: number;
  beforePeriod: ReportPeriod;
  silent: number[];
  extent: Extent;
  rows: PrivilegedRow[];
  nearest: string | null;
  unclassified: number;
};

/** All that the screen of privileged actions shows, from one snapshot. */
export async function readPrivileged(
  tx: Tx,
  input: { trailId: TrailId; period: ReportPeriod; asOf: number; tab: PrivilegedTab; catalogue: string },
): Promise<PrivilegedRead> {
  const { trailId, period, asOf, tab } = input;
  const classes = await classifyActions(tx, trailId, input.catalogue);
  const { from, to, zone } = period;
  const question = { trailId, from, to, asOf, tab, classes };
  const unit = bucketUnit(period, 'day');
  const bounds = bucketBounds(period, unit);
  const beforePeriod = periodBefore(period);
  const summary = await summarisePrivileged(tx, { ...question, bounds, zone });
  return {
    classes,
    bounds,
    unit,
    summary,
    tabs: await countTabs(tx, question),
    before: await countPrivileged(tx, { ...question, from: beforePeriod.from, to: beforePeriod.to }),
    beforePeriod,
    silent: await listSilentBuckets(tx, { trailId, asOf, bounds }),
    extent: await getExtent(tx, { trailId, asOf }),
    rows: await listPrivileged(tx, { ...question, before: null, limit: pageRows + 1 }),
    nearest: summary.total > 0 ? null : await getNearest(tx, { trailId, asOf, from, to, where: privilegedWhere(tab, classes) }),
    unclassified: await countActions(tx, { ...question, actions: classes.unclassified }),
  };
}
