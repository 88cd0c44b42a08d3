import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatElapsed, formatLeft, formatLength, formatShare, formatTick, plural } from './format';

describe('figures', () => {
  it('groups digits and names the unit', () => {
    expect(formatCount(118235)).toBe('118,235');
    expect([0, 2500, 10_000, 15_000, 150_000, 2_500_000].map(formatTick)).toEqual(['0', '2,500', '10k', '15k', '150k', '2.5m']);
    expect([plural(1, 'event'), plural(0, 'event'), plural(2, 'entry', 'entries')]).toEqual(['1 event', '0 events', '2 entries']);
    expect([formatBytes(0), formatBytes(1), formatBytes(999), formatBytes(1000), formatBytes(21_400_000), formatBytes(999_960)]).toEqual([
      '0 bytes',
      '1 byte',
      '999 bytes',
      '1 kB',
      '21.4 MB',
      '1 MB',
    ]);
  });

  it('never says done before it is done, nor nothing once it has begun', () => {
    expect([0, 0.0001, 0.613, 0.9999, 1].map(formatShare)).toEqual(['0 %', '1 %', '61 %', '99 %', '100 %']);
  });

  it('prints stopwatches, lengths and what is left', () => {
    expect([formatElapsed(79_000), formatElapsed(3_725_000), formatElapsed(-5)]).toEqual(['1:19', '1:02:05', '0:00']);
    expect([formatLength(80), formatLength(9_000), formatLength(257_000), formatLength(8_280_000), formatLength(86_400_000)]).toEqual([
      '0.08 s',
      '9 s',
      '4 min 17 s',
      '2 h 18 min',
      '1 day',
    ]);
    expect([formatLeft(51_000), formatLeft(1000), formatLeft(null), formatLeft(Number.POSITIVE_INFINITY)]).toEqual([
      'about 50 s left',
      'a few seconds left',
      null,
      null,
    ]);
  });
});
