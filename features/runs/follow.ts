import 'server-only';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseAway } from '@/db/database-away';
import type { TrailId } from '@/db/scope';
import { runMessageOf } from './message';
import { getRun } from './queries';
import { hasEnded, type RunMessage } from './schema';

const POLL_MS = 500; // the row changes once a second
const KEEP_ALIVE_MS = 5000; // proxies close a connection on which nothing moves

/**
 * Says how a run is, whenever that changes, until it has ended. Only looks: leaving it stops nothing, and any number may look at once. While the database does not
 * answer it says so and tries on. Ends with nothing when there is no such run in this trail.
 */
export async function* followRun(trailId: TrailId, runId: number, signal: AbortSignal): AsyncGenerator<RunMessage> {
  let said = '';
  let saidAt = 0;
  while (!signal.aborted) {
    const message = await look(trailId, runId);
    if (!message) return;
    const news = JSON.stringify({ ...message, at: 0 });
    if (news !== said || performance.now() - saidAt > KEEP_ALIVE_MS) {
      yield message;
      said = news;
      saidAt = performance.now();
    }
    if (message.type === 'run' && hasEnded(message.state)) return;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

async function look(trailId: TrailId, runId: number): Promise<RunMessage | null> {
  try {
    const run = await getRun(trailId, runId);
    return run && runMessageOf(run);
  } catch (cause) {
    if (isDatabaseAway(cause)) return { type: 'away' };
    throw cause;
  }
}
