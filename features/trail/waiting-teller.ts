import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '@/lib/log';
import { tellWaiting } from './mutations/tell-waiting';
import { destinationOf, listWaiting } from './waiting-acts';
import { whyRefused } from './why-refused';

const POLL_MS = 2000;
const MAX_BACKOFF_MS = 30_000;

export type Teller = { /** Ends after the act that is being told. */ stop: () => Promise<void> };

/** Records what happened while a trail took no event, as soon as it takes one again, for as long as this process lives. The first look is at once. */
export function startTeller(pollMs = POLL_MS): Teller {
  const stopping = new AbortController();
  const failed = new Map<string, { times: number; nextTryAt: number }>();

  async function look(origin: string) {
    const before = failed.get(origin) ?? { times: 0, nextTryAt: 0 };
    if (performance.now() < before.nextTryAt) return;
    try {
      if (whyRefused(origin) !== null) return;
      const told = await tellWaiting(origin, { isPatient: true });
      failed.delete(origin);
      if (told > 0) log.info({ origin, told }, 'what had waited is recorded');
    } catch (err) {
      if (before.times === 0) log.warn({ err, origin }, 'what waits to be recorded cannot be recorded yet; it will be tried again');
      const times = before.times + 1;
      failed.set(origin, { times, nextTryAt: performance.now() + Math.min(MAX_BACKOFF_MS, pollMs * 2 ** times) });
    }
  }

  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        for (const origin of new Set(listWaiting().map(destinationOf))) if (!stopping.signal.aborted) await look(origin);
      } catch (err) {
        log.error({ err }, 'what waits to be recorded cannot be looked at');
      }
      await sleep(pollMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();

  return {
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}
