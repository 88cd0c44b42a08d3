import type { Filter } from '@/core/filter';
import { formatQueryText } from '@/features/trail/query-text';
import { namelessActors } from './nameless';

/** Where the events behind a figure are: `[from,to)` as the report has it, and its condition as a query that the Events screen can change. */
export type EventsLink = { alias: string; from: string; to: string; zone: string };

const longestQuery = 8_000;

/** Null where the condition is too long for an address. */
export function eventsHref({ alias, from, to, zone }: EventsLink, filter: Filter): string | null {
  const q = formatQueryText(filter);
  if (q.length > longestQuery) return null;
  return `/${encodeURIComponent(alias)}/events?${new URLSearchParams({ ...(q ? { q } : {}), from: short(from), to: short(to), zone })}`;
}

const short = (time: string) => time.replace('.000000Z', 'Z');

export const eventHref = (alias: string, seq: number): string => `/${encodeURIComponent(alias)}/events/${seq}`;

export const refused: Filter = { in: ['outcome', ['failure', 'denied']] };
export const all = (...parts: Filter[]): Filter => (parts.length === 1 ? (parts[0] as Filter) : { and: parts });
export const isOneOf = (member: string, values: readonly string[]): Filter =>
  (values.length === 1 ? { eq: [member, values[0] as string] } : { in: [member, [...values]] }) as Filter;

/** A group of the report of failed access: a claimed actor, or an address of events that name nobody ('' = not even that). */
export function failedBy(group: { isNameless: boolean; who: string }): Filter {
  if (!group.isNameless) return all({ eq: ['actor_id', group.who] }, refused);
  const address: Filter = group.who === '' ? { not: { prefix: ['ip_address', ''] } } : { eq: ['ip_address', group.who] };
  return all(isOneOf('actor_id', namelessActors), address, refused);
}

/**
 * The report's own condition, for the actions that were counted: what people did that is flagged, what admins did at all, less the log-ins that only claim to be an admin.
 * @param flagged the flagged actions among those counted
 */
export function privilegedFilter(tab: 'people' | 'services' | 'system', flagged: readonly string[], login: readonly string[]): Filter {
  if (tab === 'system') return { eq: ['actor_type', 'system'] };
  const isFlagged = isOneOf('action', flagged);
  if (tab === 'services') return all({ eq: ['actor_type', 'service'] }, isFlagged);
  const claimed: Filter[] = login.length > 0 ? [{ not: all(isOneOf('action', login), refused) }] : [];
  const byAdmins = all({ eq: ['actor_type', 'admin'] }, ...claimed);
  return flagged.length === 0 ? byAdmins : { or: [all({ eq: ['actor_type', 'user'] }, isFlagged), byAdmins] };
}
