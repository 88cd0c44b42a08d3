import { sql } from 'drizzle-orm';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { mayLackEvents } from '@/features/trail/queries/may-lack';
import { bucketBounds, bucketUnit, localDays, type ReportPeriod } from '../buckets';
import { type ActionClasses, classifyActions } from './catalogue';
import {
  type Attempt,
  type FailedActor,
  type FailedBucket,
  type FailedTotals,
  type Guess,
  getFailedTotals,
  listAttempts,
  listFailedActors,
  listFailedBuckets,
  listFailedByHour,
  listGuesses,
  listSprayingAddresses,
  type MapCell,
  type SprayingAddress,
  spray,
} from './failed-access';
import { countActions, type Extent, getExtent, getNearest, listSilentBuckets } from './recorded';

type Question = { trailId: TrailId; period: ReportPeriod; asOf: number; threshold: number; windowMinutes: number; catalogue: string };
export type FailedThresholdRead = {
  classes: ActionClasses;
  totals: FailedTotals;
  actors: FailedActor[];
  spraying: SprayingAddress[];
  guesses: Guess[];
  mayLack: boolean;
};
export type FailedRead = FailedThresholdRead & {
  bounds: string[];
  unit: ReturnType<typeof bucketUnit>;
  buckets: FailedBucket[];
  cells: MapCell[];
  byDate: boolean;
  silent: number[];
  extent: Extent;
  attempts: Attempt[];
  nearest: string | null;
  unclassified: number;
};

const attemptsDrawn = 400;

/** What changes with threshold and window. */
export async function readThreshold(
  tx: Tx,
  { trailId, period: { from, to }, asOf, threshold, windowMinutes, catalogue }: Question,
): Promise<FailedThresholdRead> {
  const classes = await classifyActions(tx, trailId, catalogue);
  const input = { trailId, from, to, asOf, threshold, windowMinutes, classes };
  return {
    classes,
    totals: await getFailedTotals(tx, input),
    actors: await listFailedActors(tx, input),
    spraying: await listSprayingAddresses(tx, input),
    guesses: await listGuesses(tx, input),
    mayLack: await mayLackEvents(tx, trailId),
  };
}

/** All that the screen of failed access shows, from one snapshot. */
export async function readFailedAccess(tx: Tx, question: Question): Promise<FailedRead> {
  const { trailId, period, asOf } = question;
  const { from, to, zone } = period;
  const unit = bucketUnit(period, 'hour');
  const bounds = bucketBounds(period, unit);
  const byDate = localDays(period) <= 7;
  const range = { trailId, from, to, asOf };
  const over = await readThreshold(tx, question);
  const first = over.spraying.find((one) => one.accounts >= spray.accounts);
  return {
    ...over,
    bounds,
    unit,
    byDate,
    buckets: await listFailedBuckets(tx, { ...range, bounds }),
    cells: await listFailedByHour(tx, { ...range, zone, byDate }),
    silent: await listSilentBuckets(tx, { trailId, asOf, bounds }),
    extent: await getExtent(tx, { trailId, asOf }),
    attempts: first ? await listAttempts(tx, { ...range, classes: over.classes, ip: first.ip, limit: attemptsDrawn }) : [],
    nearest: over.totals.total > 0 ? null : await getNearest(tx, { ...range, where: sql`e.outcome <> 'success'` }),
    unclassified: await countActions(tx, { ...range, actions: over.classes.unclassified }),
  };
}
