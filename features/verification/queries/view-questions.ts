import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Filter } from '@/core/filter';
import type { Found } from '@/core/tree-verdict';
import { judgeView, type ViewTally } from '@/core/view-sample';
import type { Snapshot } from '@/db/copy-out';
import { eventView as e } from '@/db/schema/audit-event';
import type { TrailId } from '@/db/scope';
import { filterToSql } from '@/features/trail/queries/filter-sql';

/**
 * Asks the screens' own view, role and filter builder how many rows there are, and the XOR of their seqs (SPEC §8, VIEW_MISMATCH), on several connections at once, each in one
 * round trip. A question goes through the index of its value, which is what could be hiding rows, and not through the order of seq, which the walk reads; each form of a question
 * is planned once, for all months, or the planning would cost more than the answer.
 * @returns what differs, in the order of the tallies
 */
export async function askView(connections: readonly Snapshot[], trailId: TrailId, tallies: readonly ViewTally[]): Promise<Found[]> {
  const shares = connections.map((snapshot, i) => ({ snapshot, share: tallies.filter((_, n) => n % connections.length === i) }));
  const answers = await Promise.all(shares.map(({ snapshot, share }) => askOn(snapshot, trailId, share)));
  const findings = tallies.map((tally, n) => {
    const answer = answers[n % connections.length]?.[Math.floor(n / connections.length)];
    return judgeView(tally, { count: answer?.count ?? 0, xor: BigInt(answer?.xor ?? 0) });
  });
  return findings.filter((found) => found !== null);
}

/** One question by itself: how many rows the screens show of it, and the XOR of their seqs. */
export async function askScreens(snapshot: Snapshot, trailId: TrailId, filter: Filter): Promise<{ count: number; xor: bigint }> {
  const [answer] = await askOn(snapshot, trailId, [{ filter, count: 0, xor: 0n }]);
  return { count: answer?.count ?? 0, xor: BigInt(answer?.xor ?? 0) };
}

type Answer = { count: number; xor: string };

async function askOn(snapshot: Snapshot, trailId: TrailId, tallies: readonly ViewTally[]): Promise<Answer[]> {
  const forms = new Map<string, string>();
  const statements: string[] = [PREFER_INDEXES];
  for (const tally of tallies) {
    const { text, params } = question(trailId, tally);
    const name = forms.get(text) ?? `view_${forms.size}`;
    if (!forms.has(text)) statements.push(`prepare ${name} as ${text}`);
    forms.set(text, name);
    statements.push(`execute ${name}(${params.map((value) => pg.escapeLiteral(String(value))).join(', ')})`);
  }
  const answers = tallies.length === 0 ? [] : await snapshot.query<Answer>(statements.join(';\n'));
  if (answers.length !== tallies.length) throw new Error(`${answers.length} answers to ${tallies.length} questions`);
  return answers;
}

const dialect = new PgDialect();

function question(trailId: TrailId, { filter }: ViewTally): { text: string; params: unknown[] } {
  const statement = sql`select count(*) as count, coalesce(bit_xor(${e.seq}), 0)::text as xor from ${e} where ${e.trailId} = ${trailId} and ${filterToSql(filter)}`;
  const { sql: text, params } = dialect.sqlToQuery(statement);
  return { text, params };
}

const PREFER_INDEXES = 'set local plan_cache_mode = force_generic_plan; set local jit = off; set local enable_seqscan = off; set local enable_bitmapscan = off';
