import Link from 'next/link';
import { Time } from '@/components/ui/time';
import type { PastCheck } from '@/features/verification/past-check';
import type { PastRun } from '@/features/verification/past-run';
import { checkedText } from '@/features/verification/past-run';
import { resourceName } from '@/features/verification/resource-words';

/** Under the sentence: which run says so, and what it cannot say. */
export function NewestLead({ run, alias }: { run: PastRun; alias?: string }) {
  return (
    <>
      <RunTime run={run} alias={alias} />, {checkedText(run)}.{' '}
      {run.verdict?.state === 'consistent'
        ? 'Nothing outside the database was there to compare it with: whoever holds that could have rewritten all of it.'
        : 'Nothing outside this machine vouches for it yet: whoever holds both the database and the keys could still rewrite all of it.'}
    </>
  );
}

/** The same of the check of one resource, where that is the newest to have found something. */
export function CheckLead({ run, alias }: { run: PastCheck; alias: string }) {
  return (
    <>
      <RunTime run={run} alias={alias} />, checked the events of {resourceName(run.asked)} alone: the run says what it found, and of the rest only a
      verification of everything can speak.
    </>
  );
}

function RunTime({ run, alias }: { run: Pick<PastRun, 'runId' | 'finishedAt'>; alias?: string | undefined }) {
  const name = `Run ${run.runId}`;
  return (
    <>
      {alias ? (
        <Link className="link" href={`/${encodeURIComponent(alias)}/integrity/runs/${run.runId}`}>
          {name}
        </Link>
      ) : (
        name
      )}
      , {run.finishedAt ? <Time at={run.finishedAt} format="when" offset="never" /> : 'not ended'}
    </>
  );
}
