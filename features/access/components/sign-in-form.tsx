'use client';
import { signIn } from 'next-auth/react';
import { type FormEvent, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { TextField } from '@/components/ui/field';
import { useHydrated } from '@/components/ui/hydrated';
import { rememberInCookie } from '@/components/ui/remember';
import { HELD_CODES } from '@/features/trail/held';
import { formatClock } from '@/lib/time';
import { LOCKOUT } from '../schema';
import { FAULT, LOCKED } from '../sign-in-answer';

/** `callbackUrl` is only asked for: next-auth turns another origin into ours, and where it says is where we go. */
export function SignInForm({ callbackUrl }: { callbackUrl: string }) {
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const isReady = useHydrated(); // before, a press would be the browser's own form and put the password into the address
  const password = useRef<HTMLInputElement>(null);

  // not <form action>: React 19 empties the fields when an action returns, so a wrong password would clear the e-mail too
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem('');
    const answer = await signIn('credentials', { redirect: false, callbackUrl, email: form.get('email'), password: form.get('password') }).catch(
      () => undefined,
    );
    if (answer?.ok) {
      if (!document.cookie.includes('zone=')) rememberInCookie('zone', browserZone());
      window.location.assign(answer.url ?? '/'); // a full load drops what the last person cached
      return;
    }
    setBusy(false);
    setProblem(problemOf(answer?.error ?? undefined, answer?.status));
    password.current?.select();
  }

  return (
    <form method="post" onSubmit={submit} className="grid gap-3.5">
      <TextField label="E-mail" name="email" type="email" autoComplete="username" required autoFocus maxLength={320} />
      <TextField ref={password} label="Password" name="password" type="password" autoComplete="current-password" required maxLength={1024} />
      <p role="alert" className="text-denied empty:hidden">
        {problem}
      </p>
      <Button type="submit" variant="primary" size="lg" disabled={isBusy || !isReady}>
        {isBusy ? 'Signing in …' : 'Sign in'}
      </Button>
    </form>
  );
}

function problemOf(error: string | undefined, status: number | undefined): string {
  if (error?.startsWith(LOCKED)) return `Locked until ${formatClock(error.slice(LOCKED.length), browserZone(), 'minute')} after ${LOCKOUT.tries} tries.`;
  if (error === `${FAULT}OWN_TRAIL_MISSING`)
    return 'Nobody can sign in at the moment: the log of what is done here is gone from the database (OWN_TRAIL_MISSING), and a sign-in that cannot be recorded does not happen. Tell whoever runs this machine: keep the database and its backups as they are. “indelible trail list” says how many events are gone.';
  if (error?.startsWith(FAULT) && HELD_CODES.has(error.slice(FAULT.length)))
    return `Nobody can sign in at the moment: the log of what is done here takes no event (${error.slice(FAULT.length)}), and a sign-in that cannot be recorded does not happen. Tell whoever runs this machine: “indelible verify --trail indelible” says why.`;
  if (error?.startsWith(FAULT)) return `Signing in failed on our side, code ${error.slice(FAULT.length)}. A sign-in that cannot be recorded does not happen.`;
  if (status === 401) return 'E-mail and password do not match.';
  return 'The server could not be reached. Nothing was recorded; try again.';
}

const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
