import 'server-only';
import type { Filter } from '@/core/filter';
import { viewFiltersOf } from '@/core/view-sample';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import { listFound } from '@/features/trail/found-file';
import { readOutside } from '@/features/trail/queries/confirm-events';
import { listUntold } from '../untold-file';
import { listStandingViews } from './standing-break';

/** So many that an event asks for beside those of the files: whoever can write an event could make every run ask for thousands. */
const MOST_TOLD = 128;

/**
 * The filters of which the screens showed something else, as far as nothing has made that good: a run that does not ask for them says nothing of what was found. From the files beside
 * the database, those too of runs that were stopped, and from what the trail tells. Ask after the state that is to be read was fixed: what was found before it is known then.
 */
export async function listViewsToAsk(trail: { trailId: TrailId; origin: string }): Promise<Filter[]> {
  const outside = readOutside(trail.origin);
  const told = await readTransaction(scopeOf(trail.trailId), (tx) => listStandingViews(tx, trail, outside));
  const untold = listUntold(trail).flatMap(({ findings }) => viewFiltersOf(findings));
  return [...listFound(trail.origin).flatMap(({ views }) => views), ...untold, ...told.slice(0, MOST_TOLD)];
}
