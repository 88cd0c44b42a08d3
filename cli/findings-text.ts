import type { Finding } from '@/core/finding';
import { parseVkey } from '@/core/vkey';
import { vkeyWords } from '@/core/vkey-words';
import type { RunReport } from '@/features/runs/run-kind';
import { formatCount } from '@/lib/format';

const SHOWN = 20;
const TELL_MS = 5_000;

/** The first findings of a run, a line each, and where the others are. */
export function findingLines(findings: readonly Finding[], total: number, run: number): string[] {
  const shown = findings
    .slice(0, SHOWN)
    .map(({ code, seq, expected, found }) => `  ${code.padEnd(17)} ${seq ?? '–'}  expected ${expected ?? '–'}, found ${found ?? '–'}${wordsOf(code, found)}`);
  return total > shown.length ? [...shown, `  … and ${formatCount(total - shown.length)} more: --json, or run ${run} on the Integrity screen`] : shown;
}

/** Of a new key its words, to be compared on paper. */
const wordsOf = (code: string, found: string | null) =>
  code === 'KEY_ROTATED' && found !== null && parseVkey(found) !== null ? `, words: ${vkeyWords(found)}` : '';

/** Says how far a run is, every five seconds. */
export function tellProgress(say: (line: string) => void): (report: RunReport) => void {
  let told = performance.now();
  return ({ done, total }) => {
    if (performance.now() - told < TELL_MS || !done || !total) return;
    told = performance.now();
    say(`${formatCount(done)} of ${formatCount(total)} checked (${Math.floor((100 * done) / total)} %)`);
  };
}
