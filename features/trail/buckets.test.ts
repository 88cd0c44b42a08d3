import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketTick, bucketTitle } from './bucket-words';
import { bucketEdges } from './buckets';

const z = (text: string) => `${text.padEnd(19, ':00')}.000000Z`;

describe('bucketEdges', () => {
  it('cuts an hour into minutes', () => {
    const { unit, edges } = bucketEdges(z('2023-07-10T11:42:18'), z('2023-07-10T12:37:51'), 'UTC');
    expect(unit).toBe('1m');
    expect(edges.slice(0, 3)).toEqual([z('2023-07-10T11:42:18'), z('2023-07-10T11:43:00'), z('2023-07-10T11:44:00')]);
    expect(edges.at(-1)).toBe(z('2023-07-10T12:37:51'));
  });
  it('knows the day of 25 hours', () => {
    // Berlin, 25 Oct 2026: midnight to midnight is 22:00Z to 23:00Z
    const { unit, edges } = bucketEdges(z('2026-10-01T00:00:00'), z('2026-11-10T00:00:00'), 'Europe/Berlin');
    expect(unit).toBe('1d');
    const at = edges.indexOf(z('2026-10-24T22:00:00'));
    expect(edges[at + 1]).toBe(z('2026-10-25T23:00:00'));
  });
  it('lets no bar of hours lie across a changed midnight', () => {
    const { unit, edges } = bucketEdges(z('2026-03-28T23:00:00'), z('2026-04-07T22:00:00'), 'Europe/Berlin');
    expect(unit).toBe('3h');
    expect(edges).toContain(z('2026-03-29T22:00:00')); // midnight after the day of 23 hours
  });
  it('counts quarters and years of the zone', () => {
    expect(bucketEdges(z('2020-02-10T00:00:00'), z('2026-05-01T00:00:00'), 'Asia/Kathmandu')).toMatchObject({ unit: '1mo' });
    expect(bucketEdges(z('1990-01-01T00:00:00'), z('2026-05-01T00:00:00'), 'UTC').unit).toBe('1y');
    expect(bucketEdges(z('1970-01-01T00:00:00'), z('9999-01-01T00:00:00'), 'UTC').edges.length).toBeLessThan(200);
  });
  it('covers the period without a hole, in order, with at most a hundred bars', () => {
    const time = fc
      .date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().replace('Z', '000Z'));
    fc.assert(
      fc.property(
        time,
        time,
        fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Chatham', 'Australia/Lord_Howe'),
        (a, b, zone) => {
          const [from, to] = a < b ? [a, b] : [b, a];
          if (from === to) return;
          const { edges } = bucketEdges(from, to, zone);
          expect(edges[0]).toBe(from);
          expect(edges.at(-1)).toBe(to);
          expect(edges.length).toBeLessThanOrEqual(140);
          for (let i = 1; i < edges.length; i++) expect((edges[i] as string) > (edges[i - 1] as string)).toBe(true);
        },
      ),
      { numRuns: 80 },
    );
  });
  it('names its bars', () => {
    expect(bucketTick(z('2026-11-23T12:40:00'), '1m', 'Europe/Berlin')).toBe('13:40');
    expect(bucketTick(z('2026-11-22T23:00:00'), '1d', 'Europe/Berlin')).toBe('23 Nov');
    expect(bucketTitle(z('2026-11-15T23:00:00'), z('2026-11-22T23:00:00'), '1w', 'Europe/Berlin')).toBe('16 Nov to 22 Nov 2026');
    expect(bucketTitle(z('2026-11-23T12:40:00'), z('2026-11-23T12:41:00'), '1m', 'UTC')).toBe('Mon 23 Nov 2026 12:40 to 12:41');
  });
});
