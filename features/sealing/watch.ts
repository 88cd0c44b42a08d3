// What the sealer remembers of a trail between two looks, by the monotonic clock of its process.

const MAX_BACKOFF_MS = 30_000;

export type Watch = {
  waitingSince: number | null;
  /** Since when nothing was signed that is to be, nor any way made to a head that is far. */
  stuckSince: number | null;
  failures: number;
  nextTryAt: number;
  isStaleTold: boolean;
  isSealing: boolean;
  /** A step was done, and there is a next one. */
  isUnderWay: boolean;
  lookedAt: number;
};

export const freshWatch = (lookedAt = Number.NEGATIVE_INFINITY): Watch => ({
  waitingSince: null,
  stuckSince: null,
  failures: 0,
  nextTryAt: 0,
  isStaleTold: false,
  isSealing: false,
  isUnderWay: false,
  lookedAt,
});

/**
 * After a turn that was not refused. Only a signature or a trail that is whole makes what failed before forgotten: a long way that fails at the same place each time has good steps
 * too, and would be tried without a pause for ever.
 * @param isFurther the way came further than ever since the last signature
 */
export function afterTurn(watch: Watch, { added, isWhole }: { added: number; isWhole: boolean }, isFurther: boolean, now: number): Watch {
  if (added > 0 || isWhole) return { ...freshWatch(now), isUnderWay: !isWhole };
  return { ...watch, waitingSince: null, isUnderWay: true, lookedAt: now, ...(isFurther ? { stuckSince: null, isStaleTold: false } : {}) };
}

/** After one that failed or was refused: each time it is tried a longer while later, 30 s at most. */
export const afterFailure = (watch: Watch, now: number): Watch => {
  const failures = watch.failures + 1;
  return { ...watch, failures, nextTryAt: now + Math.min(MAX_BACKOFF_MS, 1000 * 2 ** failures) };
};
