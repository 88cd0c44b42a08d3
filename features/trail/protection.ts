import { runtime } from '@/db/runtime';
import { env } from '@/lib/env';

/**
 * SPEC §6: whether the keys under INDELIBLE_HOME, mode 0600, belong to another OS user than the database server's, so that whoever rules the database cannot sign or MAC
 * what he changed. The embedded server runs as another user only where we are root; of a server elsewhere its user has no account here; of one on this machine we cannot tell.
 */
export async function isProtectedFromDatabaseAdmin(): Promise<boolean> {
  const { isEmbedded, url } = await runtime();
  if (isEmbedded) return process.getuid?.() === 0;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return host !== '' && host !== 'localhost' && host !== '::1' && !host.startsWith('127.') && !host.startsWith('/');
}

/** Whether one login does everything: it owns the tables then and can switch any trigger off, so that the three roles catch mistakes and not attackers. */
export async function hasOwnerLogin(): Promise<boolean> {
  const { isEmbedded } = await runtime();
  return !isEmbedded && !env().DATABASE_OWNER_URL;
}
