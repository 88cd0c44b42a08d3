import Link from 'next/link';
import { Time } from '@/components/ui/time';
import { formatCount, plural } from '@/lib/format';
import type { PastRun } from '../past-run';

/** Of a run that did not begin at the beginning: what stands for the events before, or why nothing of a first try does. */
export function WhereItBegan({ alias, run: { asked, verdict } }: { alias: string; run: PastRun }) {
  const resumed = verdict?.resumed;
  const link = (run: number) => (
    <Link className="link" href={`/${encodeURIComponent(alias)}/integrity/runs/${run}`}>
      run {run}
    </Link>
  );
  return (
    <>
      {asked.goesOn !== undefined && asked.from !== undefined && (
        <>
          It went on from the checkpoint of {formatCount(asked.from)} events that {link(asked.goesOn)} led to.{' '}
        </>
      )}
      {resumed && (
        <>
          It was taken up {resumed.at === null ? 'half-way' : `at ${formatCount(resumed.at)}`}: what lies before was read by{' '}
          {resumed.run === null ? 'a run before it' : link(resumed.run)} from <Time at={resumed.checkedAt} format="when" offset="never" /> on, nothing was found
          there, and it leads to the root that was signed.{' '}
        </>
      )}
      {verdict?.foundBefore && (
        <>
          {plural(verdict.foundBefore.findings, 'finding')} {verdict.foundBefore.findings === 1 ? 'is' : 'are'} of {link(verdict.foundBefore.run)}, which was
          stopped before it could tell: {notMet(verdict.foundBefore)}.{' '}
        </>
      )}
      {verdict?.anew && <>It was stopped once and read everything again: {verdict.anew}. </>}
    </>
  );
}

function notMet({ findings, unread }: NonNullable<NonNullable<PastRun['verdict']>['foundBefore']>): string {
  const they = findings === 1 ? 'it' : 'them';
  if (unread === findings) return `this run did not look for ${they} again`;
  const met = 'so the database was changed in between';
  if (unread === 0) return `this run did not meet ${they} any more, ${met}`;
  return `this run did not look for ${formatCount(unread)} of them again, and did not meet the others any more, ${met}`;
}
