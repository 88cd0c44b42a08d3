import type { ReactNode } from 'react';
import { ProgressBar } from '@/components/progress/progress-bar';
import { Button } from '@/components/ui/button';
import type { RunProgress } from '@/features/runs/progress';
import { formatCount, formatShare, plural } from '@/lib/format';
import { resourceName, shortResource } from '../resource-words';

type Props = {
  run: RunProgress;
  resource: { type: string; id: string };
  onCancel?: (() => void) | undefined;
  /** The button that takes it up, where it was interrupted and the reader may. */
  resume?: ReactNode;
};

/** The check of a resource while it works; nearly always it is through before anybody has read this. */
export function ResourceRunning({ run, resource, onCancel, resume }: Props) {
  const { done, total, findings, share, state, isAway, isCancelling } = run;
  const of = `the events of ${resourceName(shortResource(resource))}`;
  const sentence = isAway
    ? 'The database does not answer. The check waits for it.'
    : state === 'interrupted'
      ? `Interrupted: taken up again, the check of ${of} begins anew.`
      : state === 'queued'
        ? `Waiting to check ${of}.`
        : `Checking ${of}${share === null ? '' : `: ${formatShare(share)}`}.`;
  return (
    <div className="max-w-[720px]">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <h2 className="min-w-0 flex-1 basis-72 text-xl font-[580] tracking-[-.02em] text-balance max-wide:text-[1.25rem] max-wide:leading-7">{sentence}</h2>
        {resume}
        {onCancel && (
          <Button icon="stop" onClick={onCancel} disabled={isCancelling}>
            {isCancelling ? 'Stopping' : 'Cancel'}
          </Button>
        )}
      </div>
      <div className="mt-2.5 mb-2">
        <ProgressBar done={done} total={total} label="Check of one resource" tone={findings > 0 ? 'broken' : 'plain'} />
      </div>
      <p className="text-xs text-ink-2">
        {total === null ? 'counting' : `${formatCount(done)} of ${plural(total, 'event')}`} ·{' '}
        <span className={findings > 0 ? 'text-denied' : ''}>{plural(findings, 'finding')} so far</span>
      </p>
    </div>
  );
}
