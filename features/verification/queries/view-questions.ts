import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Found } from '@/core/tree-verdict';
import { judgeView, type ViewTally } from '@/core/view-sample';
import type { Snapshot } from '@/db/copy-out';
import { eventView as e } from '@/db/schema/audit-event';
import type { TrailId } from '@/db/scope';
import { filterToSql } from '@/features/trail/queries/filter-sql';

/**
 * Asks the screens' own view, role and filter builder how many rows there are, and the XOR of their seqs (SPEC §8, VIEW_MISMATCH), on several connections at once. A question
 * goes through the index of its value, which is what could be hiding rows, and not through the order of seq, which the walk reads; each form of a question is planned once, for
 * all months, or the planning would cost more than the answer.
 * @returns what differs, in the order of the tallies
 */
export async function askView(connections: readonly Snapshot[], trailId: TrailId, tallies: readonly ViewTally[]): Promise<Found[]> {
  const findings: (Found | null)[] = new Array(tallies.length).fill(null);
  let next = 0;
  const askOn = async (snapshot: Snapshot) => {
    await preferIndexes(snapshot);
    const forms = new Map<string, string>();
    for (let i = next++; i < tallies.length; i = next++) {
      const tally = tallies[i] as ViewTally;
      const { text, params } = question(trailId, tally);
      if (!forms.has(text)) forms.set(text, `view ${forms.size}`);
      const [row] = await snapshot.query<{ count: number; xor: string }>(text, params, forms.get(text));
      findings[i] = judgeView(tally, { count: row?.count ?? 0, xor: BigInt(row?.xor ?? 0) });
    }
  };
  await Promise.all(connections.map(askOn));
  return findings.filter((found) => found !== null);
}

const dialect = new PgDialect();

function question(trailId: TrailId, { filter }: ViewTally): { text: string; params: unknown[] } {
  const statement = sql`select count(*) as count, coalesce(bit_xor(${e.seq}), 0)::text as xor from ${e} where ${e.trailId} = ${trailId} and ${filterToSql(filter)}`;
  const { sql: text, params } = dialect.sqlToQuery(statement);
  return { text, params };
}

const preferIndexes = (snapshot: Snapshot) =>
  snapshot.query(
    `select set_config(name, value, true)
     from (values ('plan_cache_mode', 'force_generic_plan'), ('jit', 'off'), ('enable_seqscan', 'off'), ('enable_bitmapscan', 'off')) s(name, value)`,
  );
