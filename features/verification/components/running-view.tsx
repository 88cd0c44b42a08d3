'use client';
import { type ReactNode, useState } from 'react';
import { MonthMap } from '@/components/progress/month-map';
import { ProgressBar } from '@/components/progress/progress-bar';
import { RateLine } from '@/components/progress/rate-line';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { SectionHead } from '@/components/ui/section-head';
import { Time } from '@/components/ui/time';
import type { RunProgress } from '@/features/runs/progress';
import type { CoverageMonth } from '@/features/trail/shell';
import { formatCount, formatElapsed, formatLeft, formatShare } from '@/lib/format';
import { monthCells } from '../month-cells';
import { CanFind } from './can-find';

type Props = {
  run: RunProgress;
  /** Of the product's own trail. */
  isOwn: boolean;
  /** What was asked for; without `to` up to the end of the trail. */
  asked: { from?: number | undefined; to?: number | undefined; deep?: boolean | undefined };
  months: CoverageMonth[];
  startedAt: string | null;
  /** How it was started: `by Ines Hartmann`. */
  started: string;
  onCancel?: (() => void) | undefined;
  /** The button that takes it up, where it was interrupted and the reader may. */
  resume?: ReactNode;
};

/** A verification while it works: how far, how fast, how long still, and what it has met. */
export function RunningView({ run, isOwn, asked, months, startedAt, started, onCancel, resume }: Props) {
  const [isAsking, setAsking] = useState(false);
  const from = asked.from ?? 0;
  const next = run.toSeq ?? from;
  return (
    <div className="grid gap-x-9 gap-y-7 full:grid-cols-[minmax(0,1fr)_356px]">
      <div className="min-w-0">
        <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
          <h2 className="min-w-0 flex-1 basis-72 text-xl font-[580] tracking-[-.02em] max-wide:text-[1.25rem] max-wide:leading-7">{sentence(run, asked)}</h2>
          {resume}
          {onCancel && (
            <Button icon="stop" onClick={() => setAsking(true)} disabled={run.isCancelling}>
              {run.isCancelling ? 'Stopping' : 'Cancel'}
            </Button>
          )}
        </div>
        <p aria-live="polite" className="sr-only">
          {run.share === null ? '' : `${Math.floor(run.share * 10) * 10} % checked`}
        </p>
        <div className="mt-2.5 mb-3">
          <ProgressBar done={run.done} total={run.total} label="Verification" tone={run.findings > 0 ? 'broken' : 'plain'} />
        </div>
        <div className="grid grid-cols-2 items-end gap-x-5 gap-y-3 wide:grid-cols-[1.4fr_1fr_1fr_1fr_minmax(0,300px)]">
          <Figure label="Checked" value={formatCount(run.done)} note={run.total === null ? 'counting' : `of ${formatCount(run.total)}`} />
          <Figure label="Rate" value={run.ratePerSecond === null ? '–' : `${formatCount(rounded(run.ratePerSecond))}/s`} note="last 5 s" />
          <Figure
            label="Elapsed"
            value={run.elapsedSeconds === null ? '–' : formatElapsed(run.elapsedSeconds * 1000)}
            note={
              startedAt ? (
                <>
                  since <Time at={startedAt} offset="never" />
                </>
              ) : (
                'not begun'
              )
            }
          />
          <Figure
            label="Findings"
            value={run.findings > 0 ? `${formatCount(run.findings)} so far` : '0 so far'}
            note={next > from ? `to ${formatCount(next - 1)}` : 'nothing yet'}
            isBroken={run.findings > 0}
          />
          <div className="col-span-2 wide:col-span-1">
            <RateLine rates={run.rates} />
          </div>
        </div>
        <section aria-labelledby="months" className="mt-4">
          <SectionHead id="months" title="Months" note="by the time of recording, UTC" end={<span className="text-ink-3">events</span>} />
          <div className="pt-2">
            <MonthMap label="Months checked" cells={monthCells(months, from, asked.to, next)} />
          </div>
        </section>
      </div>
      <CanFind counts={run.counts} isOwn={isOwn} run={run.run} from={from} reach={null}>
        Started {started}. You may leave this page; the run goes on, and others see it too.
      </CanFind>
      <Dialog
        open={isAsking}
        onOpenChange={setAsking}
        title={`Stop at ${formatCount(next)}?`}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>Go on checking</Button>
            <Button
              variant="danger"
              onClick={() => {
                setAsking(false);
                onCancel?.();
              }}
            >
              Stop here
            </Button>
          </>
        }
      >
        <p>What is checked stays checked. Nothing will be said of the events behind it, and the trail records that this run was stopped.</p>
      </Dialog>
    </div>
  );
}

function Figure({ label, value, note, isBroken }: { label: string; value: string; note: ReactNode; isBroken?: boolean }) {
  return (
    <div className="min-w-0">
      <p className="text-xs text-ink-3">{label}</p>
      <p className={`truncate text-md font-[560] ${isBroken ? 'text-denied' : ''}`}>{value}</p>
      <p className="truncate text-xs text-ink-2">{note}</p>
    </div>
  );
}

function sentence(run: RunProgress, { from = 0, to, deep }: Props['asked']): string {
  const range = to === undefined ? (from === 0 ? 'everything' : `${formatCount(from)} to the end`) : `${formatCount(from)} to ${formatCount(to - 1)}`;
  const what = deep ? `${range}, deep` : range;
  if (run.isAway) return 'The database does not answer. The run waits for it.';
  if (run.state === 'interrupted') return `Interrupted at ${formatCount(run.toSeq ?? from)}: it goes on from the last checkpoint it had led to.`;
  if (run.state === 'queued') return `Waiting to check ${what}.`;
  if (run.isCancelling) return 'Stopping at the next safe place.';
  if (run.state === 'failed') return 'It could not go on: reading why.';
  if (run.hasEnded) return run.state === 'cancelled' ? `Stopped at ${formatCount(run.toSeq ?? from)}.` : `Checked ${what}: reading the verdict.`;
  const left = formatLeft(run.secondsLeft === null ? null : run.secondsLeft * 1000);
  return `Checking ${what}${run.share === null ? '' : `: ${formatShare(run.share)}`}${left ? `, ${left}` : ''}.`;
}

/** Two leading digits move, the rest would only flicker. */
const rounded = (rate: number) => {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, rate))) - 2);
  return Math.round(rate / step) * step;
};
