import { log } from '@/lib/log';
import { keepWaiting, type WaitingAct } from './waiting-acts';

/**
 * Keeps what has happened already, or says in the log why it cannot, as on a full disk or where the folder is another user's: its row alone tells of it then.
 * @returns whether the act waits
 */
export function keepWaitingOrSay(act: WaitingAct): boolean {
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
