import type { RunProgress } from '@/features/runs/progress';
import { MAX_INTERRUPTIONS } from '@/features/runs/schema';
import { formatCount, formatLeft, formatShare, plural } from '@/lib/format';
import { type ImportResult, importResult } from './schema';

type Shown = Pick<RunProgress, 'state' | 'counts' | 'share' | 'secondsLeft' | 'result' | 'isAway' | 'isCancelling'>;

/** The one true sentence about an import, and a quieter second one. */
export function importSentence(run: Shown): { sentence: string; lead?: string } {
  const { read = 0, appended = 0, duplicates = 0, rejected = 0 } = run.counts;
  if (run.isAway) return { sentence: 'The database does not answer.', lead: 'The import goes on when it does. Nothing that was stored is lost.' };
  switch (run.state) {
    case 'queued':
      return { sentence: 'The import waits for its turn.' };
    case 'running': {
      if (run.isCancelling) return { sentence: 'Stopping at the next safe place.' };
      const left = formatLeft(run.secondsLeft === null ? null : run.secondsLeft * 1000);
      return { sentence: `Importing: ${[formatShare(run.share ?? 0), left].filter(Boolean).join(', ')}.` };
    }
    case 'interrupted':
      if (run.result?.error !== undefined) {
        const { code, hint } = faultOf(run.result);
        return {
          sentence: `The import waits: the trail takes no event (${code}).`,
          lead: `${hint ? `${hint}. ` : ''}What was imported stays, and nothing is lost: resume it once the reason is gone; what is stored is then counted as imported before.`,
        };
      }
      if (waitsForPerson(run.result)) {
        return {
          sentence: 'The import was interrupted again and again, and waits to be resumed.',
          lead: 'What was stored is then counted as imported before.',
        };
      }
      return { sentence: 'The import was interrupted.', lead: 'It is taken up again by itself; what was stored is then counted as imported before.' };
    case 'failed': {
      const { code, hint } = faultOf(run.result);
      return { sentence: `The import failed: ${code}.`, lead: `${hint ? `${hint}. ` : ''}What was imported before it failed stays.` };
    }
    case 'cancelled':
      return { sentence: `Stopped after ${plural(read, 'record')}.`, lead: 'What was imported stays. Importing the same files again adds the rest.' };
    case 'done':
      if (read === 0) return { sentence: 'No record was found in these files.', lead: 'Look at the format: each expects its own kind of file.' };
      if (appended === read) return { sentence: `${plural(read, 'record')} read, all of them new.` };
      if (duplicates === read) return { sentence: `Nothing new: all ${plural(read, 'record')} were imported before.` };
      return {
        sentence: `${plural(read, 'record')} read: ${[`${formatCount(appended)} new`, duplicates && `${formatCount(duplicates)} imported before`, rejected && `${formatCount(rejected)} rejected`].filter(Boolean).join(', ')}.`,
      };
  }
}

/** Null where the run has not ended, or ended in a fault. */
export function resultOf(run: { result: Record<string, unknown> | null }): ImportResult | null {
  const read = importResult.safeParse(run.result);
  return read.success ? read.data : null;
}

/** Whether an interrupted run waits for a person: for a reason that has to be taken away, or because it was interrupted too often to be taken up by itself. */
export const waitsForPerson = (result: Record<string, unknown> | null): boolean =>
  result?.error !== undefined || Number(result?.interruptions ?? 0) >= MAX_INTERRUPTIONS;

function faultOf(result: Record<string, unknown> | null): { code: string; hint: string | null } {
  const { code, hint } = (result?.error ?? {}) as { code?: unknown; hint?: unknown };
  return { code: typeof code === 'string' ? code : 'RUN_FAILED', hint: typeof hint === 'string' ? hint.replace(/\.$/, '') : null };
}

/** Events of exactly the import's own period, half-open: the last second is in it. */
export function periodLink(alias: string, occurred: { first: string; last: string }): string {
  const second = (time: string, add: number) => new Date(Date.parse(`${time.slice(0, 19)}Z`) + add).toISOString().replace('.000Z', 'Z');
  return `/${alias}/events?from=${encodeURIComponent(second(occurred.first, 0))}&to=${encodeURIComponent(second(occurred.last, 1000))}`;
}
