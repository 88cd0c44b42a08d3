// For tests of what runs leave behind: the rows of runs that no event explains.
import type { Sql } from 'postgres';
import type { TrailId } from '@/db/scope';
import { findUnloggedState } from '../queries/find-unlogged-state';

/** As a verification of the product's own trail words them, `[expected, found]`. */
export async function unloggedRuns(sql: Sql): Promise<[string | null, string | null][]> {
  const [own] = await sql<{ trailId: TrailId; origin: string }[]>`select trail_id as "trailId", origin from trail where alias = 'indelible'`;
  if (!own) throw new Error('no trail of our own');
  const { found } = await findUnloggedState(own);
  return found.filter((one) => one.found?.startsWith('run ')).map((one) => [one.expected, one.found]);
}
