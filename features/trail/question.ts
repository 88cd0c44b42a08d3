import type { Filter } from '@/core/filter';
import type { EventSearch } from './schema';

/** The whole question of a screen as ONE filter: its query and its period. What export and bundle take too. */
export function searchFilter({ query, period, axis }: Pick<EventSearch, 'query' | 'period' | 'axis'>): Filter {
  const time: Filter[] = [];
  if (period.from !== null) time.push({ gte: [axis, period.from] });
  if (period.to !== null) time.push({ lt: [axis, period.to] });
  if (time.length === 0) return query.filter;
  return { and: [...('and' in query.filter ? query.filter.and : [query.filter]), ...time] };
}
