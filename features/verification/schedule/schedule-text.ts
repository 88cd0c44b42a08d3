import { formatCount } from '@/lib/format';
import type { NightWindow } from './plan';

/** What comes by itself, as it is set. `events` 0: nothing comes by day. Pure. */
export function scheduleText({ startMinute, minutes }: NightWindow, events: number): string {
  const window = `${clock(startMinute)}–${clock(startMinute + minutes)} UTC`;
  return `Schedule: nightly within ${window}, everything weekly${events === 0 ? '' : `, and after about ${formatCount(events)} events`}`;
}

const clock = (minute: number) => [Math.floor(minute / 60) % 24, minute % 60].map((n) => String(n).padStart(2, '0')).join(':');
