import { nowText } from '@/lib/time';
import { readGuard, sealerMovedAtMs } from './guard-file';
import { readHold } from './holds';
import type { LiveSeal } from './shell';

const STALE_MS = 60_000;

/** From the files beside the key: what the database says of its own seal proves nothing. */
export type SealFiles = Pick<LiveSeal, 'sealedSize' | 'refusal'> & { movedAtMs: number | null };

/** Read it before the events are counted. */
export function readSealFiles(origin: string): SealFiles {
  const guard = readGuard(origin);
  return { sealedSize: guard === null || guard === 'missing' ? 0 : guard.size, refusal: readHold(origin), movedAtMs: sealerMovedAtMs(origin) };
}

/**
 * A seal is stale where events wait and for a minute nothing was signed, nor any way made to a head far ahead. The age of the oldest alone does not say so: a trail may be filled with
 * times of its own (generated data), and a long backlog is gone through in steps. Of such a trail the time since the last of them is what can be said to have been waited.
 */
export function liveSeal(files: SealFiles, waits: { events: number; oldestUnsealedMs: number | null }, isSynthetic: boolean, nowMs: number): LiveSeal {
  const { sealedSize, refusal } = files;
  const sinceMoved = files.movedAtMs === null ? null : Math.max(0, Math.round(nowMs - files.movedAtMs));
  const waited = waits.oldestUnsealedMs === null ? null : Math.min(waits.oldestUnsealedMs, sinceMoved ?? waits.oldestUnsealedMs);
  const oldestUnsealedMs = isSynthetic ? waited : waits.oldestUnsealedMs;
  const isSealStale = waited !== null && waited > STALE_MS;
  return {
    ...{ events: waits.events, sealedSize, refusal, oldestUnsealedMs, isSealStale },
    notCoveredSince: isSealStale && oldestUnsealedMs !== null ? nowText(nowMs - oldestUnsealedMs) : null,
  };
}
