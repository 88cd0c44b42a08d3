import { aliasOf, nextEpochOf } from './epoch-name';
import { readGuard } from './guard-file';
import { isKeyFileThere } from './key-files';

/**
 * The epoch in which a trail goes on, by the guard beside that one's key and by no row: null where none was signed. Once events of it were signed the trail before takes none any more,
 * whatever is restored; before that it takes none for what it lost. A guard that says nothing, damaged or not to be read now, is there: nobody can say that nothing was signed. Where
 * nobody can look, in a closed folder, every trail refuses for its own files.
 */
export function followingEpoch(origin: string): string | null {
  const next = nextEpochOf(origin);
  const guard = readGuard(next);
  const isThere = guard === null ? isKeyFileThere(`${aliasOf(next)}.guard`) === true : guard !== 'missing' && guard.size > 0;
  return isThere ? next : null;
}

/** A trail and every epoch behind it that a guard vouches for, in their order. */
export function epochsFrom(origin: string): [string, ...string[]] {
  const next = followingEpoch(origin);
  return next === null ? [origin] : [origin, ...epochsFrom(next)];
}

/** The last epoch of a trail: itself where none follows. */
export const newestEpoch = (origin: string): string => epochsFrom(origin).at(-1) as string;
