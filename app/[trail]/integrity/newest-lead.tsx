import Link from 'next/link';
import { Time } from '@/components/ui/time';
import type { PastRun } from '@/features/verification/past-run';
import { rangeText } from '@/features/verification/past-run';

/** Under the sentence: which run says so, and what it cannot say. */
export function NewestLead({ run, alias }: { run: PastRun; alias?: string }) {
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
      , {run.finishedAt ? <Time at={run.finishedAt} format="when" offset="never" /> : 'not ended'}, checked {rangeText(run)}. Nothing outside this machine
      vouches for it yet: whoever holds both the database and the keys could still rewrite all of it.
    </>
  );
}
