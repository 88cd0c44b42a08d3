import { appTransaction } from '@/db/transaction';
import { recordAct } from '@/features/trail/mutations/record-act';

/** The end of a session that the person asked for. */
export const recordSignOut = (userId: string): Promise<void> =>
  appTransaction(async (tx) => {
    await recordAct(tx, { action: 'auth.logout', actor: { userId }, resourceType: 'account', resourceId: userId, outcome: 'success', details: {} });
  });
