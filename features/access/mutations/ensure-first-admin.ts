import { sql } from 'drizzle-orm';
import { appUser } from '@/db/schema/app-user';
import { appTransaction } from '@/db/transaction';
import { recordAct } from '@/features/trail/mutations/record-act';
import { hashPassword, makePassword } from '../password';

export type FirstAdmin = { email: string /** null when it was given: only a password made here is printed, once */; password: string | null };

/**
 * The account a fresh installation begins with. Null where there are accounts already. With its `account.created` in one transaction; needs the trail `<host>/indelible`.
 * @param given e-mail and password of the settings, as far as they are set
 */
export async function ensureFirstAdmin(given: { email: string; password?: string }): Promise<FirstAdmin | null> {
  if (await hasAccounts()) return null;
  const password = given.password ?? makePassword();
  const passwordHash = await hashPassword(password);
  return appTransaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(727277)`); // two servers at their first start
    if ((await tx.$count(appUser)) > 0) return null;
    const [account] = await tx
      .insert(appUser)
      .values({ email: given.email, name: nameOf(given.email), role: 'admin', passwordHash })
      .returning({ userId: appUser.userId });
    const userId = account?.userId as string;
    await recordAct(tx, {
      action: 'account.created',
      actor: 'system',
      resourceType: 'account',
      resourceId: userId,
      outcome: 'success',
      details: { role: 'admin', first: true },
    });
    return { email: given.email, password: given.password ? null : password };
  });
}

const hasAccounts = () => appTransaction(async (tx) => (await tx.$count(appUser)) > 0);

/** `ines.hartmann@example.com` → `Ines Hartmann`, until the person says otherwise. */
function nameOf(email: string): string {
  const words = (email.split('@')[0] ?? '').split(/[._-]+/).filter(Boolean);
  return words.map((w) => w[0]?.toUpperCase() + w.slice(1)).join(' ') || email;
}
