'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Banner } from '@/components/ui/banner';
import { useNow, useZone } from '@/components/ui/clock';
import { refusalAdvice } from '@/features/trail/refusal-words';
import { OtherTrails, TroubleBanners } from '@/features/verification/components/trouble-banners';
import { troubledTrails } from '@/features/verification/schedule/troubled-trails';
import { formatAge, formatCount } from '@/lib/format';
import { formatWhen } from '@/lib/time';
import { useShell } from './shell-context';

/** What must be seen on every page until its cause is gone: a trail that takes no event, here or on another trail, a seal that stands still, a verification that failed. */
export function TrailBanners() {
  const { coverage, trail, trails, troubles } = useShell();
  const [zone, now] = [useZone(), useNow()];
  const { refusal, isSealStale, failedRun, oldestUnsealedMs, events, sealedSize } = coverage;
  const others = troubledTrails(trails, troubles, now, zone).filter(({ at }) => at !== trail.alias);
  const integrity = `/${encodeURIComponent(trail.alias)}/integrity`;
  const path = usePathname();
  // where one stands already no link leads
  const link = (href: string, text: string) =>
    path !== href && (
      <Link className="underline decoration-current underline-offset-3" href={href}>
        {text}
      </Link>
    );
  return (
    <section aria-label="Warnings" className="empty:hidden">
      {refusal && (
        <Banner tone="broken" action={link(integrity, 'Integrity')}>
          <b>
            Nothing is appended to {path === '/settings' ? `the trail ${trail.alias}` : 'this trail'}
            {refusal.since && <> since {formatWhen(refusal.since, now, zone)}</>}: {refusal.reason}.
          </b>{' '}
          {refusalAdvice(refusal.reason, trail.alias)}
        </Banner>
      )}
      {isSealStale && !refusal && oldestUnsealedMs !== null && (
        <Banner action={link(integrity, 'Integrity')}>
          <b>
            Nothing could be sealed for {formatAge(oldestUnsealedMs)}:{' '}
            {events - sealedSize === 1 ? 'one event is' : `${formatCount(events - sealedSize)} events are`} not protected yet.
          </b>{' '}
          Events are still taken. Look in the log of the server for the sealer (SEAL_STALE); it tries again by itself.
        </Banner>
      )}
      <TroubleBanners alias={trail.alias} troubles={troubles[trail.alias] ?? []} path={path} isNamed={path === '/settings'} />
      {failedRun && !troubles[trail.alias]?.some((one) => one.run === failedRun.runId) && (
        <Banner action={link(`${integrity}/runs/${failedRun.runId}`, `Run ${failedRun.runId}`)}>
          <b>
            The newest verification, run {failedRun.runId}, failed {formatWhen(failedRun.at, now, zone)}
          </b>{' '}
          and says nothing of the trail. Verify again.
        </Banner>
      )}
      <OtherTrails trails={others} path={path} />
    </section>
  );
}
