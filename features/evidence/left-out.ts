import { isOwnAlias } from '@/features/trail/epoch-name';
import { readGuard } from '@/features/trail/guard-file';
import { ownOrigins } from '@/features/trail/mutations/record-act';

/** Of the trails that are here the epochs of the product's own to which its guard files do not lead, by their aliases: a row alone may be anybody's. One in which nothing was signed yet is none. */
export function listLeftOut(trails: readonly { origin: string; alias: string }[]): string[] {
  const led = ownOrigins();
  return trails.filter(({ origin, alias }) => isOwnAlias(alias) && !led.includes(origin) && !isUnsigned(origin)).map(({ alias }) => alias);
}

function isUnsigned(origin: string): boolean {
  const guard = readGuard(origin);
  return guard !== 'missing' && guard?.size === 0;
}
