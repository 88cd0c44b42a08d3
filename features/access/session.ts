import type { Session } from './schema';

type Token = { userId?: string; sessionVersion?: number } | undefined;
type Row = { userId: string; name: string; email: string; role: string; sessionVersion: number; disabledAt: string | null } | null;

/**
 * A signed token holds only as long as its account says so: a disabled account, or a session version raised since the sign-in, ends it at the next request.
 * Name and role come from the row: a token keeps no rights.
 */
export function sessionOf(token: Token, account: Row): Session | null {
  if (!token?.userId || !account || account.userId !== token.userId) return null;
  if (account.disabledAt || account.sessionVersion !== token.sessionVersion) return null;
  return { userId: account.userId, name: account.name, email: account.email, role: account.role };
}
