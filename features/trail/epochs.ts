import { nextEpochOf } from './epoch-name';
import { openGuard } from './guard-file';

/**
 * The epoch in which a trail goes on, by the guard beside that one's key and by no row: null where none was signed. Once events of it were signed the trail before takes none any more,
 * whatever is restored; before that it takes none for what it lost.
 */
export function followingEpoch(origin: string): string | null {
  const next = nextEpochOf(origin);
  const opened = openGuard(next);
  const isThere = opened.guard === null ? !opened.isUnread : opened.guard !== 'missing' && opened.guard.size > 0; // one that is damaged is there
  return isThere ? next : null;
}

/** A trail and every epoch behind it that a guard vouches for, in their order. */
export function epochsFrom(origin: string): [string, ...string[]] {
  const next = followingEpoch(origin);
  return next === null ? [origin] : [origin, ...epochsFrom(next)];
}

/** The last epoch of a trail: itself where none follows. */
export const newestEpoch = (origin: string): string => epochsFrom(origin).at(-1) as string;
