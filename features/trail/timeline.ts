import { zonedTime } from '@/lib/time';
import type { EventKind } from './kind';

/** The least a timeline needs of an event; rows come newest first. */
export type TimelineEvent = { seq: number; occurredAt: string; actorType: string; actorId: string; action: string; outcome: string; kind: EventKind };
/** Events of one actor, action and outcome right after each other on one day: reads fold, changes never. */
export type TimelineEntry<E> = { events: E[] };
export type TimelineDay<E> = { kind: 'day'; date: string; at: string; events: number; entries: TimelineEntry<E>[] };
/** Days without events between two days of a row, where that is more than four times the usual distance. */
export type TimelineGap = { kind: 'gap'; days: number; from: string; to: string };

/** Pure: rows of a resource, newest first → days of the reader's zone with folded reads, and gaps between them. */
export function foldTimeline<E extends TimelineEvent>(events: readonly E[], zone: string): (TimelineDay<E> | TimelineGap)[] {
  const days: TimelineDay<E>[] = [];
  for (const event of events) {
    const date = dayOf(event.occurredAt, zone);
    let day = days.at(-1);
    if (day?.date !== date) {
      day = { kind: 'day', date, at: event.occurredAt, events: 0, entries: [] };
      days.push(day);
    }
    day.events++;
    const last = day.entries.at(-1);
    const first = last?.events[0];
    const isEqual =
      event.kind === 'read' &&
      first?.kind === 'read' &&
      first.actorId === event.actorId &&
      first.actorType === event.actorType &&
      first.action === event.action &&
      first.outcome === event.outcome;
    if (last && isEqual) last.events.push(event);
    else day.entries.push({ events: [event] });
  }
  const distances = days.slice(1).map((day, i) => distance((days[i] as TimelineDay<E>).date, day.date));
  const limit = 4 * usual(distances);
  return days.flatMap((day, i) => {
    const apart = distances[i - 1];
    const newer = days[i - 1];
    if (apart === undefined || !newer || apart <= limit || apart < 2) return [day];
    // Half-open between the last event before the gap and the first after it.
    const gap: TimelineGap = { kind: 'gap', days: apart - 1, from: day.at, to: newer.entries.at(-1)?.events.at(-1)?.occurredAt ?? newer.at };
    return [gap, day];
  });
}

/** The median distance in days between days with events; without any, none is unusual. */
function usual(distances: readonly number[]): number {
  if (distances.length === 0) return Number.POSITIVE_INFINITY;
  const sorted = [...distances].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] as number;
}

function dayOf(at: string, zone: string): string {
  const { year, month, day } = zonedTime(at, zone);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

const distance = (newer: string, older: string) => Math.round((Date.parse(newer) - Date.parse(older)) / 86_400_000);

/** The gaps of a page of rows, as periods to ask about. */
export const timelineGaps = (events: readonly TimelineEvent[], zone: string): { from: string; to: string }[] =>
  foldTimeline(events, zone).flatMap((part) => (part.kind === 'gap' ? [{ from: part.from, to: part.to }] : []));
