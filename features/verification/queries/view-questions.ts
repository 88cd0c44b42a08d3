import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Filter } from '@/core/filter';
import { isOfMonths } from '@/core/month-tallies';
import type { Found } from '@/core/tree-verdict';
import { judgeView, type ViewTally } from '@/core/view-sample';
import type { Snapshot } from '@/db/copy-out';
import { eventView as e } from '@/db/schema/audit-event';
import type { TrailId } from '@/db/scope';
import { filterToSql } from '@/features/trail/queries/filter-sql';
import { lookedUp } from './acts';
import { ANY_WAY, BY_INDEX } from './plans';

/**
 * Asks the screens' own view, role and filter builder how many rows there are, and the XOR of their seqs (SPEC §8, VIEW_MISMATCH). A question goes through the index of its value,
 * which is what could be hiding rows, and not through the order of seq, which the walk reads; each form of a question is planned once, for all months, or the planning would cost
 * more than the answer. All of it is one state, so that it does not matter when a question is asked: `ask` while the walk goes on, on a connection that has nothing else to do.
 * `watch` sees every answer that is under way: `differences`, which awaits them, may come much later than a fault, or never.
 */
export function viewQuestions(snapshot: Snapshot, trailId: TrailId, watch: <T>(work: Promise<T>) => Promise<T>) {
  const forms = new Map<string, string>();
  const asked: { filter: Filter; answers: Promise<Answer[]>; i: number }[] = [];

  const ask = (filters: readonly Filter[]) => {
    if (filters.length === 0) return;
    const answers = watch(askOn(snapshot, trailId, filters, forms));
    for (const [i, filter] of filters.entries()) asked.push({ filter, answers, i });
  };

  /** What differs, in the order of the tallies: every filter must have been asked. */
  const differences = async (tallies: readonly ViewTally[]): Promise<Found[]> => {
    if (tallies.length !== asked.length) throw new Error(`${asked.length} questions for ${tallies.length} filters`);
    const findings: (Found | null)[] = [];
    for (const [n, tally] of tallies.entries()) {
      const question = asked[n];
      if (question?.filter !== tally.filter) throw new Error('a filter was not asked');
      const answer = (await question.answers)[question.i];
      findings.push(judgeView(tally, { count: answer?.count ?? 0, xor: BigInt(answer?.xor ?? 0) }));
    }
    return findings.filter((found) => found !== null);
  };
  return { ask, differences };
}

/** One question by itself: how many rows the screens show of it, and the XOR of their seqs. */
export async function askScreens(snapshot: Snapshot, trailId: TrailId, filter: Filter): Promise<{ count: number; xor: bigint }> {
  const [answer] = await askOn(snapshot, trailId, [filter], new Map());
  return { count: answer?.count ?? 0, xor: BigInt(answer?.xor ?? 0) };
}

type Answer = { count: number; xor: string };

/** In one round trip. `forms`: by text, the names under which this connection knows the forms that were asked before. */
async function askOn(snapshot: Snapshot, trailId: TrailId, filters: readonly Filter[], forms: Map<string, string>): Promise<Answer[]> {
  const statements = [PREFER_INDEXES];
  for (const filter of filters) {
    if (isOfPart(filter)) {
      statements.push(dialect.sqlToQuery(statementOf(trailId, filter).inlineParams()).sql);
      continue;
    }
    const { sql: text, params } = dialect.sqlToQuery(statementOf(trailId, filter));
    const name = forms.get(text) ?? `view_${forms.size}`;
    if (!forms.has(text)) statements.push(`prepare ${name} as ${text}`);
    forms.set(text, name);
    statements.push(`execute ${name}(${params.map((value) => pg.escapeLiteral(String(value))).join(', ')})`);
  }
  statements.push(AS_BEFORE);
  const answers = await snapshot.query<Answer>(statements.join(';\n'));
  if (answers.length !== filters.length) throw new Error(`${answers.length} answers to ${filters.length} questions`);
  return answers;
}

const dialect = new PgDialect();

function statementOf(trailId: TrailId, filter: Filter) {
  const rows = sql`select ${e.seq} as seq from ${e} where ${e.trailId} = ${trailId} and ${filterToSql(filter)}`;
  const order = orderOf(filter);
  // `offset 0` keeps the order where the count does not need it
  return sql`select count(*) as count, coalesce(bit_xor(seq), 0)::text as xor from (${order === null ? rows : sql`${rows} order by ${order} offset 0`}) asked`;
}

/**
 * The order that the one index to be asked is in, and no other: where nothing else may be sorted, a planner can answer by that index alone, however dear he thinks it. Null for a filter,
 * bounded as the sampler does it, that is asked through no certain index.
 */
function orderOf(filter: Filter) {
  const [asked] = 'and' in filter ? filter.and : [];
  if (asked === undefined) return null;
  if (isOfMonths(asked)) return sql`${e.occurredAt} desc, ${e.seq} desc`;
  return JSON.stringify(asked) === JSON.stringify(lookedUp) ? sql`${e.action}, ${e.occurredAt} desc, ${e.seq} desc` : null;
}

/** Whether there are indexes of a part of the rows that answer it: they are gone through only where the planner knows the values. */
const isOfPart = (filter: Filter): boolean => membersIn(filter).some((member) => member === 'outcome' || member === 'actor_type');

function membersIn(filter: Filter): string[] {
  if ('and' in filter) return filter.and.flatMap(membersIn);
  if ('or' in filter) return filter.or.flatMap(membersIn);
  if ('not' in filter) return membersIn(filter.not);
  return Object.values(filter).map(([member]) => member as string);
}

// what else is asked on the connection is planned as ever; a form's plan is kept
const AS_BEFORE = `${ANY_WAY}; set local max_parallel_workers_per_gather to default`;
const PREFER_INDEXES = `${BY_INDEX}; set local plan_cache_mode = force_generic_plan; set local jit = off; set local max_parallel_workers_per_gather = 0`;
