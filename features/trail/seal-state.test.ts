import { expect, it } from 'vitest';
import { liveSeal } from './seal-state';

const files = { sealedSize: 100, refusal: null, movedAtMs: 1_000_000 };
const at = (ms: number, oldestUnsealedMs: number | null, isSynthetic = false) =>
  liveSeal(files, { events: 131, oldestUnsealedMs }, isSynthetic, 1_000_000 + ms);

it('is stale once events wait and nothing was signed for a minute', () => {
  expect(at(5_000, 4_000)).toEqual({ events: 131, sealedSize: 100, refusal: null, oldestUnsealedMs: 4_000, isSealStale: false, notCoveredSince: null });
  expect(at(61_000, 60_500)).toMatchObject({ isSealStale: true, notCoveredSince: '1970-01-01T00:16:40.500000Z' });
  expect(at(3_600_000, 2_000).isSealStale).toBe(false); // a quiet trail that has just got an event
  expect(at(3_600_000, null).isSealStale).toBe(false); // nothing waits
});

it('does not call a backlog stale that is being sealed, and says its age all the same', () => {
  expect(at(1_000, 300_000)).toMatchObject({ oldestUnsealedMs: 300_000, isSealStale: false });
});

it('takes the times of generated data for what they are', () => {
  expect(at(2_000, 86_400_000, true)).toMatchObject({ oldestUnsealedMs: 2_000, isSealStale: false });
  expect(at(70_000, 86_400_000, true)).toMatchObject({ oldestUnsealedMs: 70_000, isSealStale: true });
});

it('says what it can where the guard file is gone', () => {
  expect(liveSeal({ sealedSize: 0, refusal: null, movedAtMs: null }, { events: 3, oldestUnsealedMs: 61_000 }, false, 0)).toMatchObject({ isSealStale: true });
});
