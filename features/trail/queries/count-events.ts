import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { eventView as e } from '@/db/schema/audit-event';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';
import type { Count } from '../event-model';
import { type Question, whereOf } from './bounds';
import { periodOf, readKeptFigures } from './kept-figures';
import { stateOf } from './timeout';

const STEP = 100_000;

/**
 * Full blocks come from the figures kept of them, where those can say it; then only the rest is counted, all of it. Else, and there too, by moving a cursor over the matches, a stretch at a time, until the end or until the budget is spent: whatever was passed by then is a true lower bound.
 * The transaction can go on afterwards. A stretch under way is finished, so a filter that matches rarely among many rows may take longer: `statementMs` ends it then,
 * and nothing is known (events 0, not exact).
 */
export async function countEvents(tx: Tx, trailId: TrailId, question: Question, limits: CountLimits = {}): Promise<Count> {
  const kept = await readKeptFigures(tx, trailId, { ...question, ...periodOf(question.filter), leastBlocks: limits.leastBlocks });
  if (!kept) return countRows(tx, trailId, question, limits);
  let events = kept.counts.reduce((sum, { n }) => sum + n, 0);
  let isExact = true;
  for (const filter of kept.rest) {
    const rest = await countRows(tx, trailId, { ...question, filter }, limits);
    events += rest.events;
    isExact &&= rest.isExact;
  }
  return { events, isExact, ...(kept.mayLack ? { withAway: true } : {}) };
}

type CountLimits = {
  budgetMs?: number;
  /** Null: as long as the transaction lets a statement take, whose fault then ends it. */
  statementMs?: number | null;
  /** See KeptQuestion. */
  leastBlocks?: number | undefined;
};

async function countRows(tx: Tx, trailId: TrailId, question: Question, { budgetMs = 1_000, statementMs = 5_000 }: CountLimits): Promise<Count> {
  const started = performance.now();
  const query = new PgDialect().sqlToQuery(
    sql`declare matches no scroll cursor for select 1 from ${e} where ${await whereOf(tx, trailId, question)}`.inlineParams(),
  );
  let events = 0;
  try {
    return await tx.transaction(async (inner) => {
      const [before] = await inner.execute<{ limit: string }>(sql`select current_setting('statement_timeout') as limit`);
      // All of it is wanted, not the first tenth, which is what the planner takes a cursor for.
      await inner.execute(
        sql.raw(`set local cursor_tuple_fraction = 1; ${statementMs === null ? '' : `set local statement_timeout = ${statementMs};`} ${query.sql}`),
      );
      for (let step = 1_000; ; step = STEP) {
        const { count: passed } = await sqlOf(inner).unsafe(`move forward ${step} in matches`);
        events += passed;
        const isExact = passed < step;
        if (!isExact && performance.now() - started < budgetMs) continue;
        await inner.execute(sql`close matches`);
        await inner.execute(sql`select set_config('statement_timeout', ${before?.limit ?? '0'}, true)`);
        return { events, isExact };
      }
    });
  } catch (cause) {
    if (statementMs === null || stateOf(cause) !== '57014') throw cause;
    return { events, isExact: false }; // statement_timeout; the savepoint took cursor and settings back
  }
}
