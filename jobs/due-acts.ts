import { setTimeout as sleep } from 'node:timers/promises';
import type { FirstAdmin } from '@/features/access/mutations/ensure-first-admin';
import { isHeld } from '@/features/trail/held';
import { log } from '@/lib/log';
import { makeFirstAdmin } from './boot';
import { makeFirstTrails } from './first-trails';

const AGAIN_MS = 5_000;

/**
 * What a start could not record is tried again until it is, so that no restart is needed once the reason is gone.
 * @param sayAdmin the first account, if it is made only now
 */
export function startDueActs(host: string, sayAdmin: (admin: FirstAdmin) => void, againMs = AGAIN_MS): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const told = new Set<string>();
  const say = (line: string, kind: string) => {
    if (!told.has(kind)) log.warn(line); // once: the reason may be another than at the start
    told.add(kind);
  };
  const loop = (async () => {
    for (let isDue = true; isDue; ) {
      await sleep(againMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      isDue = await isStillDue(host, sayAdmin, say);
    }
    log.info('what could not be recorded at the start is recorded now');
  })();
  return {
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}

async function isStillDue(host: string, sayAdmin: (admin: FirstAdmin) => void, say: (line: string, kind: string) => void): Promise<boolean> {
  try {
    const isDone = await makeFirstTrails(host, say);
    const admin = await makeFirstAdmin(host);
    if (admin) sayAdmin(admin);
    return !isDone;
  } catch (err) {
    if (isHeld(err)) say(`The first account is not made: ${err.message}. It is tried again every few seconds.`, err.code);
    else log.warn({ err }, 'what could not be recorded at the start could not be recorded yet; it will be tried again');
    return true;
  }
}
