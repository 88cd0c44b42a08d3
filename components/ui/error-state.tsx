'use client';
import { Button, buttonClass } from './button';
import { CopyButton } from './copy-button';

type Props = {
  /** `We could not load the events.` */
  title: string;
  code: string;
  /** `08:58:31 UTC+1` */
  time: string;
  /** What the reader need not fear: `Your filters are kept.` */
  kept?: string;
  /** What to do, where there is more than trying again. */
  hint?: string;
  /** For support: whatever identifies the failure, no personal data. */
  details?: string;
  onRetry?: () => void;
};

/** A fault, said plainly: what did not happen, a code to quote, when, and that nothing was lost. */
export function ErrorState({ title, code, time, kept, hint, details, onRetry }: Props) {
  return (
    <div role="alert" className="flex flex-col items-start gap-3 py-10">
      <div className="max-w-[68ch]">
        <p className="text-md font-[550]">{title}</p>
        <p className="mt-1 text-ink-2">
          Code <span className="mono text-ink">{code}</span>, {time}. {hint} {kept}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {onRetry && (
          <Button icon="retry" onClick={onRetry}>
            Try again
          </Button>
        )}
        <CopyButton text={details ?? `${code} ${time} ${title}`} label="Copy details" done="Copied" className={buttonClass({ variant: 'plain' })}>
          Copy details
        </CopyButton>
      </div>
    </div>
  );
}
