import { describe, expect, it } from 'vitest';
import { foldTimeline, type TimelineEvent, timelineGaps } from './timeline';

let seq = 1_000;
const event = (occurredAt: string, more: Partial<TimelineEvent> = {}): TimelineEvent => ({
  seq: seq--,
  occurredAt: `${occurredAt}.000000Z`,
  actorType: 'user',
  actorId: 'e.brandt',
  action: 'merchant.read',
  outcome: 'success',
  kind: 'read',
  ...more,
});

describe('foldTimeline', () => {
  it('makes days of the reader, not of UTC', () => {
    const rows = [event('2026-11-24T00:30:00', { kind: 'change' }), event('2026-11-23T23:30:00', { kind: 'change' })];
    expect(foldTimeline(rows, 'UTC')).toHaveLength(2);
    expect(foldTimeline(rows, 'Europe/Berlin')).toHaveLength(1);
  });
  it('folds equal reads that follow each other, and nothing else', () => {
    const rows = [
      event('2026-11-24T12:00:05'),
      event('2026-11-24T12:00:04'),
      event('2026-11-24T12:00:03', { actorId: 'other' }),
      event('2026-11-24T12:00:02'),
      event('2026-11-24T12:00:01', { kind: 'change', action: 'merchant.update' }),
      event('2026-11-24T12:00:00', { kind: 'change', action: 'merchant.update' }),
    ];
    const [day] = foldTimeline(rows, 'UTC');
    expect(day?.kind === 'day' && day.entries.map((entry) => entry.events.length)).toEqual([2, 1, 1, 1, 1]);
    expect(day?.kind === 'day' && day.events).toBe(6);
  });
  it('names a gap of more than four times the usual distance', () => {
    const rows = ['2026-11-24', '2026-11-22', '2026-11-20', '2026-10-07', '2026-10-05'].map((date) => event(`${date}T10:00:00`));
    const parts = foldTimeline(rows, 'UTC');
    expect(parts.map((part) => (part.kind === 'gap' ? `gap ${part.days}` : part.date))).toEqual([
      '2026-11-24',
      '2026-11-22',
      '2026-11-20',
      'gap 43',
      '2026-10-07',
      '2026-10-05',
    ]);
    expect(timelineGaps(rows, 'UTC')).toEqual([{ from: '2026-10-07T10:00:00.000000Z', to: '2026-11-20T10:00:00.000000Z' }]);
  });
  it('finds nothing unusual in a resource that is touched once a month', () => {
    const rows = ['2026-11-01', '2026-10-01', '2026-09-01', '2026-08-01'].map((date) => event(`${date}T10:00:00`));
    expect(timelineGaps(rows, 'UTC')).toEqual([]);
  });
  it('takes an empty list', () => expect(foldTimeline([], 'UTC')).toEqual([]));
});
