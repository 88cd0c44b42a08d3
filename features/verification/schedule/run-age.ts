// How long ago something was, by two clocks: the time of day, which can be set, and the one of this process, which only goes on. The larger counts:
//
//   set back while we run      the process's own clock has counted on: nothing becomes younger
//   set forward and back       what was read meanwhile is forgotten with it: nothing stays older
//   set back, then started     no younger than the newest event of the trail says, whose time never falls; from there on the process's own clock
export type Clock = { /** ms since 1970. */ now: () => number /** ms, never set. */; monotonic: () => number };
export const systemClock: Clock = { now: Date.now, monotonic: () => performance.now() };

type Seen = { at: number; ageMs: number; seen: number };
export type Ages = Map<string, Seen>;

/** Next bundles the screens apart from what runs beside them: one memory for both. */
export function sharedAges(): Ages {
  const shared = globalThis as { indelibleAges?: Ages };
  shared.indelibleAges ??= new Map();
  return shared.indelibleAges;
}

/**
 * Age of `at` in ms, never below 0.
 * @param key what it is the time of; when another `at` is given for it, that one's age begins anew
 * @param newest time of the newest event of the trail, ms since 1970
 */
export function ageMs(key: string, at: number, newest: number, { now, monotonic }: Clock = systemClock, ages = sharedAges()): number {
  const byDay = Math.max(0, now() - at, newest - at);
  const kept = ages.get(key);
  if (kept?.at !== at) {
    ages.set(key, { at, ageMs: byDay, seen: monotonic() });
    return byDay;
  }
  return Math.max(byDay, kept.ageMs + monotonic() - kept.seen);
}
