import type { Filter } from '@/core/filter';

/** What each index of audit_event holds beside occurred_at and seq (drizzle/0001_trail.sql). */
const INDEXES = [['actor_id'], ['action'], ['resource_type', 'resource_id'], ['ip_address']];
const IN_EACH = new Set(['occurred_at', 'seq']);

/** Whether one index alone decides which events match, so that a count by time need not touch the rows: at 2M events a tenth of what there is to read. */
export function isInOneIndex(filter: Filter): boolean {
  const members = membersOf(filter);
  return members !== null && INDEXES.some((index) => [...members].every((member) => IN_EACH.has(member) || index.includes(member)));
}

/** Null where one part looks into two indexes at once: `contains` goes by action and resource together. */
function membersOf(filter: Filter): Set<string> | null {
  if ('contains' in filter) return null;
  const parts = 'and' in filter ? filter.and : 'or' in filter ? filter.or : 'not' in filter ? [filter.not] : null;
  if (!parts) return new Set([Object.values(filter)[0][0]]);
  const members = new Set<string>();
  for (const part of parts) {
    const inner = membersOf(part);
    if (!inner) return null;
    for (const member of inner) members.add(member);
  }
  return members;
}
