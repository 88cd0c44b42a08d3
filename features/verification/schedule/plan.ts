// When a trail is verified without anybody asking. Each start is drawn: from a secret that lies beside the keys, with the trail and the night, so that it
//
//   cannot be read       the database holds no plan, and its administrator does not know the minute
//   cannot be pushed     there is no row to change; a restart draws the same minute again, and every process of this home the same
//   is not skipped       a start that passed while no server ran is due at once, until a run stands for it
//
//   nights     |  22:00 ─ ─ ─ ● ─ ─ 03:00  |        one start a night, anywhere in the window
//   weeks      |    ○     ○     ●   .  .  .  .  |   one of three nights running, the first of them drawn once for a trail
import { hmacSha256 } from '@/core/sha256';
import type { Timed } from './names';

/** Of every day, UTC, in minutes; it may go on over midnight. */
export type NightWindow = { startMinute: number; minutes: number };
/** Where the draws come from: a secret, for one trail. */
export type Draws = { secret: Buffer; origin: string; window: NightWindow };
/** A start that was drawn. `index`: number of the night (days since 1970) or week. `opens`: when its window begins; both in ms since 1970. */
export type Planned = { index: number; opens: number; at: number };

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const NIGHTS_A_WEEK = 3; // that a weekly start is drawn from

/** In [0,1): always the same for the same words. */
export function draw({ secret, origin }: Pick<Draws, 'secret' | 'origin'>, ...words: (string | number)[]): number {
  return hmacSha256(secret, ['indelible/verification-start/v1', origin, ...words].join('\n')).readUIntBE(0, 6) / 2 ** 48;
}

/** The newest start that was drawn and has passed. */
export function lastPlanned(timed: Timed, draws: Draws, now: number): Planned {
  const today = Math.floor(now / DAY_MS);
  let index = timed === 'nightly' ? today : Math.floor((today - firstDay(timed, draws)) / 7);
  for (;;) {
    const planned = plannedOf(timed, draws, index);
    if (planned.at <= now) return planned;
    index--;
  }
}

/** The start of one night, or of one week. */
export function plannedOf(timed: Timed, draws: Draws, index: number): Planned {
  const { startMinute, minutes } = draws.window;
  const night = timed === 'nightly' ? index : index * 7 + firstDay(timed, draws) + Math.floor(draw(draws, timed, 'night', index) * NIGHTS_A_WEEK);
  const opens = night * DAY_MS + startMinute * MINUTE_MS;
  return { index, opens, at: opens + Math.floor(draw(draws, timed, 'minute', index) * minutes * MINUTE_MS) };
}

/** Longest time between two starts, as they are drawn: who has seen no run finish for longer has missed one. */
export const longestGapMs = (timed: Timed, { minutes }: NightWindow): number =>
  (timed === 'nightly' ? 1 : 7 + NIGHTS_A_WEEK - 1) * DAY_MS + minutes * MINUTE_MS;

/** After how many new events a run starts: drawn anew after each run, half of `events` to one and a half. */
export const eventsUntilRun = (draws: Pick<Draws, 'secret' | 'origin'>, events: number, since: number): number =>
  Math.max(1, Math.floor(events * (0.5 + draw(draws, 'events', since))));

const firstDay = (timed: Timed, draws: Draws) => Math.floor(draw(draws, timed, 'first day') * 7);
