import { ensureFirstAdmin } from '@/features/access/mutations/ensure-first-admin';
import { env } from '@/lib/env';

/** The account that a fresh installation is entered with; says how, once: a password made here is kept nowhere in the clear. */
export async function makeFirstAdmin(host: string, say: (line: string) => void): Promise<void> {
  const { INDELIBLE_ADMIN_EMAIL, INDELIBLE_ADMIN_PASSWORD } = env();
  const made = await ensureFirstAdmin({ email: INDELIBLE_ADMIN_EMAIL ?? `admin@${host.replace(/:\d+$/, '')}`, password: INDELIBLE_ADMIN_PASSWORD });
  if (!made) return;
  say(
    made.password
      ? `First account made. Sign in as ${made.email} with the password ${made.password} (printed this once; INDELIBLE_ADMIN_PASSWORD would set your own)`
      : `First account made. Sign in as ${made.email} with the password of INDELIBLE_ADMIN_PASSWORD`,
  );
}
