/**
 * SPEC §3: which time a batch is recorded at, and what the trail has to say about its clocks. One value a batch, and it never falls:
 *
 *   recorded_at = max(clock, last)          clock = the database's, read under the lock, or the injected one of a synthetic trail
 *   last − clock > 2 s            clock.rolled_back, once an episode
 *   |database − app| > 5 s        clock.apart, once an episode; and with database − last > 1 min: CLOCK_SUSPECT, nothing is written
 *
 * An episode ends with the first append that is not so far off. The first batch of a trail is judged by no clock rule.
 */

/** What the head row keeps. `last` is null before the first event. Times are the 27-character text. */
export type ClockState = { last: string | null; isBehind: boolean; isApart: boolean };

/** `injected` instead of the database's clock: lawful only where event 0 says `synthetic: true`; compared with no app clock. */
export type ClockReading = { db: string; app: string; injected?: string | undefined };

export type ClockEvent =
  | { action: 'clock.rolled_back'; details: { clock: string; last: string } }
  | { action: 'clock.apart'; details: { db: string; app: string } };

export type ClockVerdict =
  | { ok: true; recordedAt: string /** these go before the batch and take the same recorded_at */; before: ClockEvent[]; state: ClockState }
  | { ok: false; code: 'CLOCK_SUSPECT' | 'NOT_SYNTHETIC' };

const SECOND = 1_000_000n;
const BEHIND = 2n * SECOND;
const APART = 5n * SECOND;
const AHEAD = 60n * SECOND;

export function judgeClock({ last, isBehind, isApart }: ClockState, { db, app, injected }: ClockReading, isSynthetic: boolean): ClockVerdict {
  if (injected !== undefined && !isSynthetic) return { ok: false, code: 'NOT_SYNTHETIC' };
  const clock = injected ?? db;
  if (last === null) return { ok: true, recordedAt: clock, before: [], state: { last: clock, isBehind: false, isApart: false } };

  const isNowBehind = micros(last) - micros(clock) > BEHIND;
  const isNowApart = injected === undefined ? abs(micros(db) - micros(app)) > APART : isApart;
  if (injected === undefined && isNowApart && micros(db) - micros(last) > AHEAD) return { ok: false, code: 'CLOCK_SUSPECT' };

  const before: ClockEvent[] = [];
  if (isNowBehind && !isBehind) before.push({ action: 'clock.rolled_back', details: { clock, last } });
  if (isNowApart && !isApart) before.push({ action: 'clock.apart', details: { db, app } });
  const recordedAt = clock > last ? clock : last; // texts of this form sort as the times do
  return { ok: true, recordedAt, before, state: { last: recordedAt, isBehind: isNowBehind, isApart: isNowApart } };
}

/** Microseconds since 1970: a double is exact only until the year 2255. */
const micros = (time: string): bigint => BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 1000n + BigInt(time.slice(20, 26));
const abs = (value: bigint): bigint => (value < 0n ? -value : value);
