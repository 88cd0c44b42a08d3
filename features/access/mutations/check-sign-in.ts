import { eq } from 'drizzle-orm';
import { appUser } from '@/db/schema/app-user';
import { appTransaction, type Tx } from '@/db/transaction';
import { recordAct } from '@/features/trail/mutations/record-act';
import { verifyPassword } from '../password';
import { type Account, findAccount } from '../queries';
import { LOCKOUT, type SignInInput } from '../schema';
import { unknownTries } from '../unknown-tries';

export type SignInAnswer =
  | { ok: true; account: Account }
  | { ok: false; reason: 'wrong' }
  /** Until when, 27 characters. Said for unknown accounts too, after as many tries. */
  | { ok: false; reason: 'locked'; until: string };

type Where = { ip: string | null; userAgent: string | null };

/**
 * Checks a password, counts the try and records it in `<host>/indelible`, all or nothing: if the act cannot be recorded, the sign-in does not happen (the fault is thrown).
 * What is answered, and how long it takes, does not tell whether the account exists, is disabled or has no password.
 */
export async function checkSignIn(input: SignInInput, where: Where, now: Date): Promise<SignInAnswer> {
  const known = await appTransaction((tx) => findAccount(tx, input.email));
  const isRight = await verifyPassword(known?.passwordHash ?? null, input.password); // before the lock: others must not wait for our hash
  return appTransaction(async (tx) => {
    const account = known && (await findAccount(tx, input.email, true));
    if (!account) return refuseUnknown(tx, input.email, where, now);
    const lockedUntil = account.lockedUntil && Date.parse(account.lockedUntil) > now.getTime() ? account.lockedUntil : null;
    if (lockedUntil) {
      await record(tx, account, where, { outcome: 'denied', details: { known_user: true, reason: 'locked' } });
      return { ok: false, reason: 'locked', until: lockedUntil };
    }
    if (isRight && !account.disabledAt && account.passwordHash === known.passwordHash) {
      await tx.update(appUser).set({ failedCount: 0, lockedUntil: null }).where(eq(appUser.userId, account.userId));
      await record(tx, account, where, { outcome: 'success', details: { method: 'password' } });
      return { ok: true, account };
    }
    return refuseKnown(tx, account, isRight, where, now);
  });
}

async function refuseKnown(tx: Tx, account: Account, isRight: boolean, where: Where, now: Date): Promise<SignInAnswer> {
  const failedCount = (account.lockedUntil ? 0 : account.failedCount) + 1; // a lock that has run out begins the count anew
  const until = failedCount >= LOCKOUT.tries ? lockEnd(now) : null;
  await tx
    .update(appUser)
    .set({ failedCount: until ? 0 : failedCount, lockedUntil: until })
    .where(eq(appUser.userId, account.userId));
  const reason = account.disabledAt ? 'disabled' : isRight ? 'password_changed' : 'password';
  await record(tx, account, where, { outcome: 'failure', details: { known_user: true, reason } });
  if (!until) return { ok: false, reason: 'wrong' };
  await recordAct(tx, {
    action: 'auth.lockout',
    actor: 'system',
    resourceType: 'account',
    resourceId: account.userId,
    outcome: 'success',
    details: { tries: LOCKOUT.tries, until },
    ...where,
  });
  return { ok: false, reason: 'locked', until };
}

/** Never the text typed: people type their password into the wrong field. */
async function refuseUnknown(tx: Tx, email: string, where: Where, now: Date): Promise<SignInAnswer> {
  const { until, wasLocked } = unknownTries.count(email, now, LOCKOUT);
  await recordAct(tx, {
    action: 'auth.login',
    actor: { userId: '' },
    resourceType: 'account',
    resourceId: '',
    outcome: wasLocked ? 'denied' : 'failure',
    details: { known_user: false },
    ...where,
  });
  return until ? { ok: false, reason: 'locked', until } : { ok: false, reason: 'wrong' };
}

const record = (tx: Tx, account: Account, where: Where, act: { outcome: 'success' | 'failure' | 'denied'; details: Record<string, string | boolean> }) =>
  recordAct(tx, {
    action: 'auth.login',
    actor: { userId: account.userId, isAdmin: account.role === 'admin' },
    resourceType: 'account',
    resourceId: account.userId,
    ...act,
    ...where,
  });

const lockEnd = (now: Date): string => new Date(now.getTime() + LOCKOUT.minutes * 60_000).toISOString().replace('Z', '000Z');
