import type { Filter } from '@/core/filter';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { distinct } from './suggest';

// One index probe for each actor: some 10 ms of the server's for all of them. A trail with more is asked as the filter says.
const MOST_ACTORS = 1_000;
// More of them than this are so frequent that walking the newest events finds a page sooner than a long list does.
const MOST_NAMED = 100;

/**
 * The same filter with the actors named that hold a part of a text: no index finds a part, and where nobody has it a search would go through every event. With the names it
 * is a probe for each, or none at all. Who is an actor is read in the same snapshot as the events, so that nothing can match one filter and not the other.
 */
export async function nameActors(tx: Tx, trailId: TrailId, filter: Filter): Promise<Filter> {
  if (!asksForPart(filter)) return filter;
  const actors = await distinct(tx, trailId, 'actor', '', MOST_ACTORS);
  return actors.length < MOST_ACTORS ? withNames(filter, actors) : filter;
}

/** Pure: `actors` are all that the trail has. */
export function withNames(filter: Filter, actors: readonly string[]): Filter {
  if ('and' in filter) return { and: filter.and.map((part) => withNames(part, actors)) };
  if ('or' in filter) return { or: filter.or.map((part) => withNames(part, actors)) };
  if ('not' in filter) return { not: withNames(filter.not, actors) };
  const test = testOf(filter);
  if (!test) return filter;
  const names = actors.filter(test);
  if (names.length === 0) return { or: [] };
  return names.length <= MOST_NAMED ? { in: ['actor_id', names] } : filter;
}

function asksForPart(filter: Filter): boolean {
  if ('and' in filter) return filter.and.some(asksForPart);
  if ('or' in filter) return filter.or.some(asksForPart);
  if ('not' in filter) return asksForPart(filter.not);
  return testOf(filter) !== null;
}

function testOf(filter: Filter): ((actor: string) => boolean) | null {
  if ('contains' in filter && filter.contains[0] === 'actor_id') return (actor) => actor.includes(filter.contains[1]);
  if ('prefix' in filter && filter.prefix[0] === 'actor_id') return (actor) => actor.startsWith(filter.prefix[1]);
  return null;
}
