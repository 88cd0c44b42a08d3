import { log } from '@/lib/log';
import { keepWaiting, type WaitingAct } from './waiting-acts';

/**
 * Keeps what has happened already where there is room for it; on a full disk its row alone tells of it.
 * @returns whether the act waits
 */
export function keepWaitingIfRoom(act: WaitingAct): boolean {
  try {
    keepWaiting(act);
    return true;
  } catch (err) {
    log.error(
      { err, action: act.action, origin: act.origin, run: act.run?.id },
      'what could not be recorded could not be kept on disk either: its trail will not tell of it',
    );
    return false;
  }
}
