import { ProgressBar } from '@/components/progress/progress-bar';
import { Button, ButtonLink } from '@/components/ui/button';
import { FactRow } from '@/components/ui/fact-row';
import { Verdict } from '@/components/ui/verdict';
import type { RunProgress } from '@/features/runs/progress';
import { formatBytes, formatCount, formatElapsed, formatLeft, formatShare, plural } from '@/lib/format';
import type { RunLine } from '../prepare';
import { bundleResult } from '../schema';

type Props = {
  alias: string;
  run: RunProgress;
  line: RunLine;
  /** Absent where the reader may not stop it, or it has ended. */
  onStop?: (() => void) | undefined;
  mayMake: boolean;
};

/** A bundle on its way: how far it is; then that it is there, or why it is not. */
export function BundleRunView({ alias, run, line, onStop, mayMake }: Props) {
  const { sentence, lead } = wordsOf(run, line);
  const bundle = run.state === 'done' ? bundleResult.safeParse(run.result).data : undefined;
  const isOver = run.hasEnded || run.state === 'interrupted';
  return (
    <section aria-label="Bundle on its way" aria-live="polite" className="mb-9">
      <Verdict
        lead={lead}
        actions={
          <>
            {onStop && (
              <Button icon="stop" onClick={onStop} disabled={run.isCancelling}>
                {run.isCancelling ? 'Stopping …' : 'Cancel'}
              </Button>
            )}
            {bundle && (
              <>
                <ButtonLink href={`/${alias}/evidence/${bundle.bundle_id}`}>Open</ButtonLink>
                <ButtonLink plainAnchor variant="primary" icon="download" href={`/api/v1/bundles/${bundle.bundle_id}`}>
                  Download {formatBytes(bundle.size_bytes)}
                </ButtonLink>
              </>
            )}
            {isOver && !bundle && mayMake && (
              <ButtonLink href={line.againHref} icon="retry">
                Ask again
              </ButtonLink>
            )}
          </>
        }
      >
        {sentence}
      </Verdict>
      {!isOver && (
        <div className="mb-4">
          <ProgressBar done={run.done} total={run.total} label="Bundle" />
        </div>
      )}
      <FactRow
        facts={[
          {
            label: 'Events',
            value: run.total === null ? '–' : formatCount(run.total),
            note: run.counts.in_range === undefined ? 'not counted yet' : `match of ${formatCount(run.counts.in_range)} in the range`,
          },
          { label: 'Packed', value: formatCount(run.done), note: run.share === null ? undefined : formatShare(run.share) },
          bundle
            ? { label: 'Zip', value: formatBytes(bundle.size_bytes), note: '8 files' }
            : { label: 'Written', value: formatBytes(run.counts.bytes ?? 0), note: 'before packing' },
          {
            label: 'Elapsed',
            value: run.elapsedSeconds === null ? '–' : formatElapsed(run.elapsedSeconds * 1000),
            note: run.secondsLeft === null ? rateNote(run) : (formatLeft(run.secondsLeft * 1000) ?? undefined),
          },
          { label: 'Made by', value: line.by },
        ]}
      />
    </section>
  );
}

const rateNote = ({ ratePerSecond }: RunProgress) => (ratePerSecond ? `${formatCount(Math.round(ratePerSecond))} events a second` : undefined);

function wordsOf(run: RunProgress, line: RunLine): { sentence: string; lead: string } {
  const error = (run.result as { error?: { code: string; hint: string | null } } | null)?.error;
  const lead = `${line.what}.`;
  if (run.isAway) return { sentence: 'The database does not answer. How far the bundle is, nobody can tell at the moment.', lead };
  switch (run.state) {
    case 'queued':
      return { sentence: 'The bundle waits for its turn.', lead };
    case 'running':
      if (run.isCancelling) return { sentence: 'The bundle is being stopped.', lead };
      return { sentence: run.total === null ? 'Counting what matches.' : `Making a bundle of ${plural(run.total, 'event')}.`, lead };
    case 'done':
      return {
        sentence: `The bundle of ${plural(run.done, 'event')} is ready.`,
        lead: `${lead} Each was hashed again. Making it is recorded, and so is each download.`,
      };
    case 'cancelled':
      return { sentence: 'The bundle was cancelled; nothing of it was kept.', lead };
    case 'interrupted':
      return { sentence: 'The bundle was interrupted; nothing of it was kept.', lead: `${lead} It is taken up again when the server is back.` };
    default:
      return {
        sentence: 'No bundle was made.',
        lead: `${error?.hint ? sentenceCase(error.hint) : 'Something went wrong.'} Code ${error?.code ?? 'RUN_FAILED'}. Asked was: ${lead}`,
      };
  }
}

const sentenceCase = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
