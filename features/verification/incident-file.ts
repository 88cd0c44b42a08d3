// A finding as a file that somebody checks who has neither our software nor our database: plain text, each canonical text whole on a line of its own, and the commands
// (sh, sed, sha256sum, xxd, openssl) that recompute what is said. Pure.
import { FINDING_CODES } from '@/core/finding';
import { AppError } from '@/lib/errors';
import type { Incident } from './incident';
import { isOneLine, oneLine } from './incident-line';
import { keyLines, noteFunctions, noteLines, numberNotes, signatureCommands } from './incident-notes';
import { HALF, rowCommands, rowLines } from './incident-rows';
import { shownOf } from './incident-shown';
import { LEAF, NODE } from './incident-tree';

const CODES: ReadonlySet<string> = new Set(FINDING_CODES);

/** It stands in the commands and in a header of HTTP: `a-z`, `0-9`, `-` and `_` alone, whatever the rows of the run and of its trail say. */
export function incidentFileName({ origin, alias, run, finding: { code, seq } }: Pick<Incident, 'origin' | 'alias' | 'run' | 'finding'>): string {
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(alias) || !isOneLine(origin))
    throw new AppError('TRAIL_NAME_REFUSED', {
      hint: 'this trail has a name that the product gives to none: its row was written past it. No file with commands is made of it; keep a copy of the database as it is',
    });
  const what = CODES.has(code) ? code.toLowerCase().replaceAll('_', '-') : 'unknown';
  return `incident-${alias}-run-${run.runId}-${what}${seq === null ? '' : `-${seq}`}.txt`;
}

export function incidentText(incident: Incident): string {
  const { origin, software, madeAt, run, finding, text, proof, keys, moreNotes } = incident;
  const file = incidentFileName(incident);
  const { n: _, ...raw } = finding;
  const notes = numberNotes(incident);
  const newest = notes.find(({ isNewest }) => isNewest)?.n ?? null;
  const shown = shownOf(incident, notes);
  const byHand = [...rowCommands(incident, newest), ...shown.commands, ...signatureCommands(notes)];
  const limits = byHand.length > 0 ? shown.limits : [...shown.limits, `Nothing of this is shown by hand here: it is the word of run ${run.runId}.`];
  const lines: string[] = [
    `INCIDENT FILE  ${software}`,
    '',
    `trail      ${origin}`,
    `made       ${madeAt}`,
    `run        ${run.runId}, ${run.started}, ended ${run.finishedAt ?? 'not yet'}`,
    `checked    ${run.what}, ${run.state}, ${run.findings} finding${run.findings === 1 ? '' : 's'}`,
    ...(run.missing === null ? [] : [`missing    ${run.missing}`]),
    `finding    ${JSON.stringify(raw)}`,
    '',
    `WHAT THE RUN SAYS: ${text.title}`,
    '',
    `What happened    ${text.happened}`,
    `How we know      ${text.know}`,
    `What to do next  ${text.next}`,
    '',
    ...rowLines(incident),
    ...noteLines(notes, moreNotes),
  ];
  if (proof?.state === 'broken') lines.push('NO PROOF OF THE EVENT', '', `Nothing leads from it to the newest checkpoint. ${proof.why}.`, '');
  if (notes.length > 0) lines.push(...keyLines(keys));
  if (limits.length > 0) lines.push('WHAT NOTHING HERE SHOWS', '', ...limits, '');
  if (byHand.length > 0)
    lines.push('BY HAND, in a folder that holds this file', '', ...functions(file), ...(notes.length > 0 ? noteFunctions(file) : []), ...byHand);
  return `${lines.map(oneLine).join('\n').trimEnd()}\n`;
}

const functions = (file: string): string[] => [
  `line() { sed -n "/^$1\\$/{n;p;q;}" '${file}'; }`,
  `trail() { sed -n '/^trail      /{s///;p;q;}' '${file}'; }`,
  'sum() { sha256sum | cut -c1-64; }',
  HALF,
  NODE,
  LEAF,
];
