// A finding as a file that somebody checks who has neither our software nor our database: plain text, each canonical text whole on a line of its own, and the commands
// (sh, sed, sha256sum, xxd, openssl) that recompute what is said. Pure.
import { checkpointCommands } from '../sealing/check-by-hand';
import type { KeptCopy, SealedLeaf, ShownFinding } from './finding-model';
import type { FindingText } from './finding-texts';

type StoredRow = { seq: number; prevHash: string; header: string; payload: string; eventHash: string };

export type Incident = {
  origin: string;
  alias: string;
  software: string;
  /** 27 characters, as all times here. */
  madeAt: string;
  /** `what`: what it checked, such as `events [0,13)`. */
  run: { runId: number; finishedAt: string | null; by: string; what: string; state: string; findings: number };
  finding: ShownFinding;
  text: FindingText;
  /** The row as it stands; null where there is none. */
  stored: StoredRow | null;
  /** The one before, where the finding lies between the two; null where there is none. */
  before: StoredRow | null;
  copy: KeptCopy | null;
  /** The newest checkpoint, its signature checked; null where there is none. */
  checkpoint: { note: string; size: number; root: string } | null;
  /** What it says of the event; null where the finding is of no one event. */
  proof: SealedLeaf | null;
  vkey: string | null;
  words: string | null;
};

export const incidentFileName = ({ alias, run, finding }: Pick<Incident, 'alias' | 'run' | 'finding'>): string =>
  `incident-${alias}-run-${run.runId}-${finding.code.toLowerCase().replaceAll('_', '-')}${finding.seq === null ? '' : `-${finding.seq}`}.txt`;

export function incidentText(incident: Incident): string {
  const { origin, software, madeAt, run, finding, text, stored, before, copy, checkpoint, proof, vkey, words } = incident;
  const file = incidentFileName(incident);
  const { n: _, ...raw } = finding;
  const lines: string[] = [
    `INCIDENT FILE  ${software}`,
    '',
    `trail      ${origin}`,
    `made       ${madeAt}`,
    `run        ${run.runId}, by ${run.by}, ended ${run.finishedAt ?? 'not yet'}`,
    `checked    ${run.what}, ${run.state}, ${run.findings} finding${run.findings === 1 ? '' : 's'}`,
    `finding    ${JSON.stringify(raw)}`,
    '',
    text.title,
    '',
    `What happened    ${text.happened}`,
    `How we know      ${text.know}`,
    `What to do next  ${text.next}`,
    '',
    ...(stored
      ? eventLines('stored', 'THE ROW AS IT STANDS NOW', stored.seq, stored.prevHash, stored)
      : ['THE ROW', '', 'There is no row with this number.', '']),
    ...(before ? eventLines('before', 'THE ROW BEFORE IT', before.seq, before.prevHash, before) : []),
    ...(copy && finding.seq !== null ? eventLines('copy', `THE COPY IN THE BUNDLE ${copy.fileName} OF ${copy.createdAt}`, finding.seq, copy.prev, copy) : []),
  ];
  if (checkpoint)
    lines.push(
      `THE NEWEST CHECKPOINT (${checkpoint.size} events, root ${checkpoint.root})`,
      '',
      'BEGIN CHECKPOINT',
      checkpoint.note.trimEnd(),
      'END CHECKPOINT',
      '',
    );
  if (proof?.state === 'broken') lines.push('NO PROOF OF THE EVENT', '', `Nothing leads from it to that root. ${proof.why}.`, '');
  if (vkey) lines.push('THE VERIFIER KEY, to be compared with a copy on paper that did not come from us', '', vkey, words ?? '', '');
  lines.push('BY HAND, in a folder that holds this file', '', ...commands(incident, file));
  return `${lines.join('\n')}\n`;
}

function eventLines(name: string, title: string, seq: number, prev: string, event: { header: string; payload: string; eventHash: string }): string[] {
  return [
    title,
    '',
    `${name} seq`,
    String(seq),
    `${name} prev`,
    prev,
    `${name} header`,
    event.header,
    `${name} payload`,
    event.payload,
    `${name} event_hash`,
    event.eventHash,
    '',
  ];
}

const TITLES = { stored: 'the row', before: 'the row before', copy: 'the copy' };

/** Whether what is at fault lies between the event and the row before. */
export const isBetween = (code: string): boolean => code === 'CHAIN_LINK' || code === 'TIME_BACKWARDS';

function commands({ stored, before, copy, checkpoint, proof, finding, vkey, alias }: Incident, file: string): string[] {
  const list = [`line() { sed -n "/^$1\\$/{n;p;q;}" ${file}; }`, 'sum() { sha256sum | cut -c1-64; }'];
  for (const name of [stored && ('stored' as const), before && ('before' as const), copy && ('copy' as const)].filter((one) => one !== null)) {
    list.push(
      '',
      `# ${TITLES[name]}: the last two lines are equal where its text gives its hash`,
      `h=$(line '${name} header' | tr -d '\\n' | sum)`,
      `p=$(line '${name} payload' | tr -d '\\n' | sum)`,
      `printf 'audit-chain/v1\\n%s\\n%s\\n%s\\n%s\\n' "$(line '${name} seq')" "$(line '${name} prev')" "$h" "$p" | sum`,
      `line '${name} event_hash'`,
    );
  }
  if (stored && before) {
    list.push('', '# the link: the last two lines are equal where the row names the one before it', "line 'stored prev'", "line 'before event_hash'");
    list.push(
      '',
      '# the times, the row before first: they never fall',
      'for n in before stored; do line "$n header" | sed \'s/.*"recorded_at":"\\([^"]*\\)".*/\\1/\'; done',
    );
  }
  if (checkpoint && proof?.state === 'sealed' && finding.seq !== null) {
    list.push(
      '',
      '# the leaf that was sealed leads to the root that was signed: the last two lines are equal',
      `node() { (printf '\\001'; printf %s "$1$2" | xxd -r -p) | sum; }`,
      `r=${proof.leaf}`,
      ...pathOf(finding.seq, checkpoint.size, proof.hashes).map(([left, right]) => `r=$(node ${left} ${right})`),
      'echo $r',
      `echo ${checkpoint.root}`,
    );
    for (const name of [stored && 'stored', copy && 'copy'].filter((one) => one !== null)) {
      list.push(
        '',
        `# the ${name === 'stored' ? 'row' : 'copy'} as a leaf: equal to the sealed one, the second line, only if it is the event that was signed`,
        `h=$(line '${name} header' | tr -d '\\n' | sum); p=$(line '${name} payload' | tr -d '\\n' | sum)`,
        `e=$(printf 'audit-chain/v1\\n%s\\n%s\\n%s\\n%s\\n' "$(line '${name} seq')" "$(line '${name} prev')" "$h" "$p" | sum)`,
        `(printf '\\000'; printf %s "$e" | xxd -r -p) | sum`,
        `echo ${proof.leaf}`,
      );
    }
  }
  if (checkpoint && vkey) {
    const note = `${alias}-${checkpoint.size}.checkpoint`;
    list.push(
      '',
      '# the signature on the checkpoint',
      `sed -n '/^BEGIN CHECKPOINT$/,/^END CHECKPOINT$/p' ${file} | sed '1d;$d' > ${note}`,
      checkpointCommands(vkey, note),
    );
  }
  return list;
}

/** RFC 9162 §2.1.3.2 written out: which side each hash of the proof stands on. */
function pathOf(seq: number, size: number, hashes: readonly string[]): [string, string][] {
  let [fn, sn] = [seq, size - 1];
  return hashes.map((hash) => {
    const isLeft = fn % 2 === 1 || fn === sn;
    if (isLeft) while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    return isLeft ? [hash, '$r'] : ['$r', hash];
  });
}
