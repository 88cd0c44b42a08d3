import { appTransaction } from '@/db/transaction';
import { appClock } from '@/features/trail/mutations/batch-clock';
import { ownOrigin, recordAct } from '@/features/trail/mutations/record-act';
import { keepWaiting, newActId } from '@/features/trail/waiting-acts';
import { log } from '@/lib/log';

/** The end of a session that the person asked for. It ends whatever the trail says: where the act cannot be recorded now, it waits on disk, under the same id. */
export async function recordSignOut(userId: string): Promise<void> {
  const act = { action: 'auth.logout', id: newActId(), occurredAt: appClock(), actor: { userId }, resourceType: 'account', resourceId: userId, details: {} };
  try {
    await appTransaction((tx) => recordAct(tx, act));
  } catch (err) {
    log.warn({ err }, 'a log-out cannot be recorded yet; it will be');
    keepWaiting({ v: 1, origin: ownOrigin(), ...act });
  }
}
