import { and, asc, desc, sql } from 'drizzle-orm';
import type { Filter } from '@/core/filter';
import { eventView as e } from '@/db/schema/audit-event';
import { instantText } from '@/db/schema/columns';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { bucketEdges } from '../buckets';
import type { Histogram, OutcomeCounts } from '../event-model';
import type { TimeAxis } from '../schema';
import { type Question, whereOf } from './bounds';
import { isInOneIndex } from './index-alone';
import { readKeptFigures } from './kept-figures';
import { isFound } from './list-events';

type Span = { from: string; to: string };

/**
 * Counts per bucket of time and outcome. `period` is the part of the question that is time, `rest` everything else; their sum is what list and count ask.
 * Null when nothing matches. Full blocks come from the figures kept of them, where those can say it. Where an index alone decides, all events are counted from it, and what did not succeed from its own partial index: no index holds the outcome of all.
 */
export async function eventHistogram(
  tx: Tx,
  trailId: TrailId,
  question: Question & { axis: TimeAxis; zone: string; from: string | null; to: string | null; leastBlocks?: number | undefined },
): Promise<Histogram | null> {
  const { axis, zone } = question;
  const where = await whereOf(tx, trailId, question);
  const column = axis === 'occurred_at' ? e.occurredAt : e.recordedAt;
  const span = await spanOf();
  if (!span) return null;
  const buckets = bucketEdges(span.from, span.to, zone);
  const edges = sql`array[${sql.join(
    buckets.edges.slice(0, -1).map((edge) => sql`${edge}`),
    sql`, `,
  )}]::timestamptz[]`;
  const bars: OutcomeCounts[] = buckets.edges.slice(1).map(() => ({ success: 0, failure: 0, denied: 0 }));
  const isApart = axis === 'occurred_at' && isInOneIndex(question.filter);
  const add = (bucket: number, outcome: string, n: number) => {
    const bar = bars[bucket - 1];
    if (!bar) throw new RangeError(`bucket ${bucket} of ${bars.length}: an event lies outside the period it was asked for`);
    bar[outcome === 'denied' || outcome === 'failure' ? outcome : 'success'] += n;
  };
  const bucket = sql<number>`width_bucket(${column}, ${edges})`;
  const n = sql<number>`count(*)`.mapWith(Number);
  const kept = axis === 'occurred_at' ? await readKeptFigures(tx, trailId, question, buckets.edges) : null;
  if (kept) {
    for (const row of kept.counts) add(row.bucket, row.outcome, row.n);
    const counted = async (filter: Filter) => {
      const rest = await whereOf(tx, trailId, { ...question, filter });
      return tx.select({ bucket, outcome: e.outcome, n }).from(e).where(rest).groupBy(sql`1`, sql`2`);
    };
    for (const rows of await Promise.all(kept.rest.map(counted))) for (const row of rows) add(row.bucket, row.outcome, row.n);
  } else if (isApart) {
    for (const row of await tx.select({ bucket, n }).from(e).where(where).groupBy(sql`1`)) add(row.bucket, 'success', row.n);
    const failed = await tx
      .select({ bucket, outcome: e.outcome, n })
      .from(e)
      .where(and(where, sql`${e.outcome} <> 'success'`))
      .groupBy(sql`1`, sql`2`);
    for (const row of failed) {
      add(row.bucket, row.outcome, row.n);
      add(row.bucket, 'success', -row.n);
    }
  } else {
    for (const row of await tx.select({ bucket, outcome: e.outcome, n }).from(e).where(where).groupBy(sql`1`, sql`2`)) add(row.bucket, row.outcome, row.n);
  }
  const total = bars.reduce((sum, bar) => sum + bar.success + bar.failure + bar.denied, 0);
  return { ...buckets, bars, total, ...(kept?.mayLack ? { withAway: true } : {}) };

  /** The period, its open ends closed by the first and the last event that match. */
  async function spanOf(): Promise<Span | null> {
    if (question.from && question.to) return { from: question.from, to: question.to };
    const [first, last] = isFound(question.filter) ? await bothEnds() : await Promise.all([question.from ?? end(asc), question.to ?? end(desc)]);
    if (!first || !last) return null;
    const to = question.to ?? new Date(Math.floor(Date.parse(last) / 1000) * 1000 + 1000).toISOString().replace('Z', '000Z'); // half-open: past the last one
    return { from: first, to };
  }

  async function end(order: typeof asc): Promise<string | undefined> {
    return (await tx.select({ at: column }).from(e).where(where).orderBy(order(column)).limit(1))[0]?.at;
  }
  /** In one pass over few rows, not two walks of the index of time. */
  async function bothEnds(): Promise<(string | null)[]> {
    const time = sql`${column} + interval '0'`;
    const [row] = await tx
      .select({ first: sql<string | null>`min(${time})`, last: sql<string | null>`max(${time})` })
      .from(e)
      .where(where);
    const text = (at: string | null | undefined) => (at ? instantText(at) : null);
    return [question.from ?? text(row?.first), question.to ?? text(row?.last)];
  }
}
