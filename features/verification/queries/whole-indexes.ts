import type { Filter } from '@/core/filter';

/**
 * Everything that an index of the screens holds, of those that hold the number of their events too, so that asking costs no look at a row: a row that is hidden by one of them is
 * found. The list of all (by time) is asked by every verification; sessions, requests and agents by what is drawn of them, if at all.
 */
export const wholeIndexes: readonly Filter[] = [
  { not: { eq: ['actor_id', ''] } },
  { not: { eq: ['action', ''] } },
  { not: { eq: ['resource_type', ''] } },
  { contains: ['ip_address', ''] },
];
