'use client';
import { formatClock, formatDate, formatDateTime, formatDay, formatWhen, offsetAt } from '@/lib/time';
import { useNow, useZone } from './clock';

type Props = {
  /** The 27-character UTC text. */
  at: string;
  format?: 'clock' | 'micro' | 'day' | 'daytime' | 'date' | 'datetime' | 'full' | 'when';
  /** `always` prints the offset of that moment; `differs` only where it is not `headOffset`, which then stands in the head of the column. */
  offset?: 'always' | 'differs' | 'never';
  headOffset?: string;
  /** Reachable by Tab, so that the card with UTC and epoch opens without a pointer. For single times, not for every row. */
  focusable?: boolean;
  className?: string;
};

const print: Record<NonNullable<Props['format']>, (at: string, zone: string, now: string) => string> = {
  clock: (at, zone) => formatClock(at, zone),
  micro: (at, zone) => formatClock(at, zone, 'micro'),
  day: formatDay,
  daytime: (at, zone) => `${formatDay(at, zone)} ${formatClock(at, zone)}`,
  date: formatDate,
  datetime: (at, zone) => formatDateTime(at, zone),
  full: (at, zone) => `${formatDate(at, zone)} ${formatClock(at, zone, 'micro')}`,
  when: (at, zone, now) => formatWhen(at, now, zone),
};

/** A moment in the reader's zone. Hover or focus shows it in UTC, local time and epoch (TimeCard). */
export function Time({ at, format = 'clock', offset = 'always', headOffset, focusable, className = '' }: Props) {
  const [zone, now] = [useZone(), useNow()];
  const itsOffset = offsetAt(at, zone);
  const isShown = offset === 'always' || (offset === 'differs' && itsOffset !== headOffset);
  return (
    <time dateTime={at} data-at={at} tabIndex={focusable ? 0 : undefined} className={`whitespace-nowrap ${className}`}>
      {print[format](at, zone, now)}
      {isShown && <span className="text-ink-3"> {itsOffset}</span>}
    </time>
  );
}

/** `Berlin`, for the head of a column of times: `Time, Berlin +01`. Pass the newest time of the column for the offset. */
export function ZoneName({ at }: { at?: string }) {
  const zone = useZone();
  const name = (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
  return at && zone !== 'UTC' ? `${name} ${offsetAt(at, zone)}` : name;
}
