import 'server-only';
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '@/lib/log';
import { forgetSealerMoves, readGuard, sealerMovedAtMs } from '../trail/guard-file';
import { answerSealer, isSealerAsked, noteHold } from '../trail/holds';
import { appClock } from '../trail/mutations/batch-clock';
import { whyUnsigned } from '../trail/why-refused';
import { type SealedTrail, sealTrail } from './mutations/seal-trail';
import { getAppendHold } from './queries/append-hold';
import { listHeads } from './queries/head';
import { afterFailure, afterTurn, freshWatch, type Watch } from './watch';

const POLL_MS = 500;
const SEAL_MS = 5_000;
const SEAL_EVENTS = 256;
const STALE_MS = 60_000;
const MAX_BACKOFF_MS = 30_000;
const AT_ONCE = 4; // each holds a few connections
const TURN_MS = 2_000; // then another trail may have its place
const IDLE_MS = 60_000;

export type Sealer = { /** Ends after the step that is under way. */ stop: () => Promise<void> };

/**
 * Seals every trail a few seconds after it grew, or as soon as 256 events wait, for as long as this process lives. Where it cannot for a minute while events wait it
 * says so once (SEAL_STALE), also while it waits itself for another process that seals and does not end; no trail waits for another. Screens read the same from the guard file.
 */
export function startSealer(listTrails: () => Promise<SealedTrail[]>): Sealer {
  const stopping = new AbortController();
  const watches = new Map<string, Watch>();
  const seals = new Set<Promise<void>>();
  const unseen = new Set<string>(); // said once, until it can be looked at again

  /** What cannot be looked at concerns its own trail: those behind it are sealed all the same. */
  function lookOrSay(trail: SealedTrail, nextSeq: number) {
    try {
      look(trail, nextSeq);
      unseen.delete(trail.origin);
    } catch (err) {
      if (!unseen.has(trail.origin)) log.error({ origin: trail.origin, err }, 'the sealer cannot look at a trail: nothing of it is sealed; it will try again');
      unseen.add(trail.origin);
    }
  }

  function look(trail: SealedTrail, nextSeq: number) {
    const now = performance.now();
    const watch = watches.get(trail.origin) ?? firstWatch(trail.origin);
    watches.set(trail.origin, watch);
    const guard = readGuard(trail.origin);
    const sealed = guard === null || guard === 'missing' ? null : guard.size;
    const isRefused = whyUnsigned(trail.origin) !== null; // perhaps by another process, whose reason may be gone
    const isIdle = sealed === nextSeq && watch.failures === 0 && !isRefused && !watch.isUnderWay;
    watch.waitingSince = isIdle ? null : (watch.waitingSince ?? now);
    watch.stuckSince = isIdle ? null : (watch.stuckSince ?? now);
    const waits = now - (watch.waitingSince ?? now);
    if (now - (watch.stuckSince ?? now) > STALE_MS && !watch.isStaleTold) {
      watch.isStaleTold = true;
      log.error({ origin: trail.origin, sealed, events: nextSeq }, 'SEAL_STALE: nothing could be signed for a minute');
    }
    // where nothing waits, what was signed is still compared with the database, and at once when an append was refused: or no page would say why
    const isLookDue = now - watch.lookedAt >= (isSealerAsked(trail.trailId) ? SEAL_MS : IDLE_MS);
    const isDue =
      isRefused ||
      watch.isUnderWay ||
      sealed === null ||
      nextSeq < sealed ||
      nextSeq - sealed >= SEAL_EVENTS ||
      waits >= SEAL_MS ||
      (isLookDue && sealed === nextSeq);
    if (!isDue || now < watch.nextTryAt || watch.isSealing || seals.size >= AT_ONCE) return;
    watch.isSealing = true;
    const seal = sealNow(trail, watch).finally(() => {
      watch.isSealing = false;
      seals.delete(seal);
    });
    seals.add(seal);
  }

  async function sealNow(trail: SealedTrail, watch: Watch) {
    const turn = AbortSignal.timeout(TURN_MS);
    const movedBefore = sealerMovedAtMs(trail.origin);
    answerSealer(trail.trailId);
    try {
      const outcome = await sealTrail(trail, AbortSignal.any([stopping.signal, turn]));
      if (outcome.ok) {
        Object.assign(watch, afterTurn(watch, outcome, sealerMovedAtMs(trail.origin) !== movedBefore, performance.now()));
        await lookAtHold(trail);
      } else {
        if (watch.failures === 0) log.error({ origin: trail.origin, reason: outcome.reason }, 'SIGNER_REFUSED: nothing is appended any more');
        Object.assign(watch, afterFailure(watch, performance.now()));
      }
    } catch (err) {
      if (stopping.signal.aborted) return;
      if (turn.aborted && err === turn.reason) {
        watch.nextTryAt = performance.now() + 2 * TURN_MS; // another process seals it; if it does not end, SEAL_STALE says so
        return;
      }
      if (watch.failures === 0) log.warn({ origin: trail.origin, err }, 'a seal failed; it will be tried again');
      Object.assign(watch, afterFailure(watch, performance.now()));
    }
  }

  const longestWaitFirst = (trails: SealedTrail[]) => {
    const since = new Map(trails.map(({ origin }) => [origin, watches.get(origin)?.waitingSince ?? Number.MAX_VALUE]));
    return trails.toSorted((a, b) => (since.get(a.origin) as number) - (since.get(b.origin) as number));
  };

  const loop = (async () => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        const trails = await listTrails();
        const heads = await listHeads(trails.map(({ trailId }) => trailId));
        for (const trail of longestWaitFirst(trails)) if (!stopping.signal.aborted) lookOrSay(trail, heads.get(trail.trailId) ?? 0);
        failures = 0;
      } catch (err) {
        if (failures++ === 0) log.warn({ err }, 'the sealer cannot look at the trails; it will try again');
      }
      await sleep(Math.min(MAX_BACKOFF_MS, POLL_MS * 2 ** failures), undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();

  return {
    stop: async () => {
      stopping.abort();
      await loop;
      await Promise.all(seals);
    },
  };
}

/** What stops appends and no seal: a note for the screens of this process. */
async function lookAtHold({ trailId, origin }: SealedTrail) {
  const reason = await getAppendHold(trailId);
  noteHold(origin, reason === null ? null : { since: appClock(), reason });
}

function firstWatch(origin: string): Watch {
  forgetSealerMoves(origin);
  return freshWatch();
}
