import { z } from 'zod';

/** What the sign-in form sends. Bounds keep a hostile body from costing a hash of megabytes; nothing here tells whether an account exists. */
export const signInInput = z.object({
  email: z.string().trim().min(1).max(320),
  password: z.string().min(1).max(1024),
});

export type SignInInput = z.infer<typeof signInInput>;

/** Who a request is. Role and name come from our own table with each request, never from what the browser sent. */
export type Session = { userId: string; name: string; email: string; role: string };

/** How many tries an account has, and how long it then waits. */
export const LOCKOUT = { tries: 10, minutes: 30 } as const;
