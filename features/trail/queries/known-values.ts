import type { Filter } from '@/core/filter';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { distinct } from './suggest';

// Fields of which a trail has few values: who acts, and with what. One index probe for each: some 10 ms of the server's for hundreds. A trail with more is asked as the filter says.
const FIELDS = { actor_id: 'actor', user_agent: 'agent' } as const;
type Field = keyof typeof FIELDS;
const MOST_VALUES = 1_000;
// More of them than this are so frequent that walking the newest events finds a page sooner than a long list does.
const MOST_NAMED = 100;

/** All values of a field that the trail has; null where they are not known. */
type Known = { readonly [F in Field]?: readonly string[] };

/**
 * The same filter with the values named that hold a part of a text: no index finds a part, and where no value has it a search would go through every event. With the names it
 * is a probe for each, or none at all. They are read in the same snapshot as the events, so that nothing can match one filter and not the other.
 */
export async function nameValues(tx: Tx, trailId: TrailId, filter: Filter): Promise<Filter> {
  const known: { -readonly [F in Field]?: readonly string[] } = {};
  for (const field of fieldsAskedInPart(filter)) {
    const values = await distinct(tx, trailId, FIELDS[field], '', MOST_VALUES);
    if (values.length < MOST_VALUES) known[field] = values;
  }
  return withNames(filter, known);
}

/** Pure. */
export function withNames(filter: Filter, known: Known): Filter {
  if ('and' in filter) return { and: filter.and.map((part) => withNames(part, known)) };
  if ('or' in filter) return { or: filter.or.map((part) => withNames(part, known)) };
  if ('not' in filter) return { not: withNames(filter.not, known) };
  const test = testOf(filter);
  const values = test && known[test.field];
  if (!values) return filter;
  const names = values.filter(test.holds);
  if (names.length === 0) return { or: [] };
  return names.length <= MOST_NAMED ? { in: [test.field, names] } : filter;
}

function fieldsAskedInPart(filter: Filter): Set<Field> {
  if ('and' in filter) return new Set(filter.and.flatMap((part) => [...fieldsAskedInPart(part)]));
  if ('or' in filter) return new Set(filter.or.flatMap((part) => [...fieldsAskedInPart(part)]));
  if ('not' in filter) return fieldsAskedInPart(filter.not);
  const test = testOf(filter);
  return new Set(test ? [test.field] : []);
}

const isField = (member: string): member is Field => Object.hasOwn(FIELDS, member);

function testOf(filter: Filter): { field: Field; holds: (value: string) => boolean } | null {
  if ('contains' in filter) {
    const [field, part] = filter.contains;
    return isField(field) ? { field, holds: (value) => value.includes(part) } : null;
  }
  if ('prefix' in filter) {
    const [field, part] = filter.prefix;
    return isField(field) ? { field, holds: (value) => value.startsWith(part) } : null;
  }
  return null;
}
