'use client';
import { useNow, useZone } from '@/components/ui/clock';
import { ErrorState } from '@/components/ui/error-state';
import { formatClock, offsetAt } from '@/lib/time';

/** What error.tsx shows: the code of the fault (an AppError carries it as its digest; anything else is UNEXPECTED with a number for the log), never its message. */
export function Fault({
  error,
  retry,
  what = 'We could not load this page.',
  kept = 'Nothing was changed, and your filters are kept.',
}: {
  error: Error & { digest?: string };
  retry?: () => void;
  what?: string;
  kept?: string;
}) {
  const [zone, now] = [useZone(), useNow()];
  const code = /^[A-Z][A-Z0-9_]+$/.test(error.digest ?? '') ? (error.digest as string) : 'UNEXPECTED';
  const time = `${formatClock(now, zone)} ${offsetAt(now, zone, 'utc')}`;
  const details = [`code ${code}`, error.digest && `digest ${error.digest}`, `at ${now}`, typeof window === 'undefined' ? '' : window.location.href]
    .filter(Boolean)
    .join('\n');
  const hint = code === 'DATABASE_AWAY' ? 'The database does not answer; it is tried again with each request.' : undefined;
  return <ErrorState title={what} code={code} time={time} hint={hint} kept={kept} details={details} onRetry={retry} />;
}
