import type { NextAuthOptions } from 'next-auth';
import { ensureSecret } from '@/lib/home';

type Token = { sessionVersion?: number };

/**
 * How a session is kept and read: a signed token of account and session version, eight hours. next-auth cannot keep password sign-ins in database sessions, and a token cannot be
 * revoked by itself: the loaders compare it with its account's row at each request. A function, so that `next build` can load it without the server's environment.
 */
export const sessionOptions = (): Omit<NextAuthOptions, 'providers'> => ({
  secret: ensureSecret('nextauth.secret', 32).toString('hex'),
  session: { strategy: 'jwt', maxAge: 8 * 3600 },
  pages: { signIn: '/sign-in', error: '/sign-in' },
  callbacks: {
    jwt: ({ token, user }) => (user ? { sub: user.id, sessionVersion: (user as Token).sessionVersion } : token), // user is there only at sign-in
    session: ({ session, token }) => ({ ...session, user: { ...session.user, userId: token.sub, sessionVersion: (token as Token).sessionVersion } }),
  },
});
