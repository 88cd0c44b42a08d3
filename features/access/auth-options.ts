import type { NextAuthOptions } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { AppError } from '@/lib/errors';
import { log } from '@/lib/log';
import { checkSignIn } from './mutations/check-sign-in';
import { recordSignOut } from './mutations/record-sign-out';
import { signInInput } from './schema';
import { sessionOptions } from './session-options';
import { FAULT, LOCKED } from './sign-in-answer';

/** Everything of the sign-in route. A function, as sessionOptions is. */
export const authOptions = (): NextAuthOptions => ({
  ...sessionOptions(),
  providers: [
    Credentials({
      name: 'Password',
      credentials: { email: {}, password: {} },
      async authorize(input, request) {
        const parsed = signInInput.safeParse(input);
        if (!parsed.success) return null; // becomes 401
        const headers = request.headers ?? {};
        const where = { ip: addressOf(headers['x-forwarded-for']), userAgent: headers['user-agent'] ?? null };
        const answer = await checkSignIn(parsed.data, where, new Date()).catch((cause: unknown) => {
          const code = cause instanceof AppError ? cause.code : 'SIGN_IN';
          log.error({ err: cause, code }, 'a sign-in could not be recorded and did not happen');
          throw new Error(FAULT + code);
        });
        if (answer.ok) {
          const { userId, name, email, sessionVersion } = answer.account;
          return { id: userId, name, email, sessionVersion };
        }
        if (answer.reason === 'locked') throw new Error(LOCKED + answer.until);
        return null;
      },
    }),
  ],
  events: {
    signOut: async ({ token }) => {
      if (token?.sub) await recordSignOut(token.sub);
    },
  },
  logger: {
    // a cookie of another installation, or from before its secret was made anew: the reader is led to the sign-in, and there is no fault of ours to look into
    error: (code, metadata) =>
      code === 'JWT_SESSION_ERROR' ? log.warn({ code }, 'a session cookie cannot be read') : log.error({ code, metadata }, 'next-auth'),
    warn: (code) => log.warn({ code }, 'next-auth'),
    debug: () => {},
  },
});

/** The nearest hop's claim about who called: Next writes the socket's address where no proxy did. */
function addressOf(forwarded: string | string[] | undefined): string | null {
  const text = Array.isArray(forwarded) ? forwarded.at(-1) : forwarded;
  return text?.split(',').at(-1)?.trim() || null;
}
