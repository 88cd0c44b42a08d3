import { FINDINGS_KEPT } from '@/core/finding';
import { formatCount } from '@/lib/format';
import type { ShownFinding } from './finding-model';
import type { PastRun } from './past-run';

/** What a run found and no row of the database says. */
export type MissingRows = {
  text: string;
  /** They were there: somebody took them away. */
  areGone: boolean;
};

/** Null: as many rows are there as the run counts findings, or as the database keeps of them. @param findings how many it counts. Pure. */
export function missingRows({ telling, areRowsDue }: Pick<PastRun, 'telling' | 'areRowsDue'>, findings: number, rows: number): MissingRows | null {
  const due = Math.min(findings, FINDINGS_KEPT);
  const missing = due - rows;
  if (missing <= 0) return null;
  const isOne = missing === 1;
  const by = telling === 'untold' ? 'row' : 'event';
  const isNoneListed = rows === 0 && !isOne;
  const which =
    due === 1 ? 'The finding' : `${isNoneListed ? 'None' : formatCount(missing)} of the ${findings > due ? 'first ' : ''}${formatCount(due)} findings`;
  const said = `${which} that the ${by} of this run counts ${isNoneListed ? 'is' : isOne ? 'is not' : 'are not'} listed:`;
  if (!areRowsDue)
    return {
      text: `${said} the database has no row of ${isOne ? 'it' : 'them'}, and had none when the event was told. Rows are written when a run ends, and its process may have been stopped before.`,
      areGone: false,
    };
  const orFalse = telling === 'untold' ? `, or the row counts too many` : '';
  return { text: `${said} ${isOne ? 'its row is' : 'their rows are'} gone from the database${orFalse}.`, areGone: true };
}

/** Of more findings than the database keeps, where no file has them all. Pure. */
export const fileMissing = (findings: number): MissingRows => ({
  text: `Of the ${formatCount(findings)} findings no more than the first ${formatCount(FINDINGS_KEPT)} are here: no file of this run is in the home folder of the server, or none any more.`,
  areGone: false,
});

/** One JSON object a line; the last one says what is missing, and is no finding. Pure. */
export const findingLines = (findings: readonly ShownFinding[], missing: MissingRows | null): string =>
  [...findings.map(({ n: _, ...finding }) => finding), ...(missing ? [{ missing: missing.text }] : [])].map((line) => `${JSON.stringify(line)}\n`).join('');
