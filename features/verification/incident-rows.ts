// The rows of an incident file, each canonical text whole on a line of its own, and the commands that hash them again and hold them beside one another. Pure.
import type { KeptCopy } from './finding-model';
import type { Incident, StoredRow } from './incident';
import { base64Of, isOneLine } from './incident-line';
import { inclusionCommands } from './incident-tree';

type Shown = { name: string; title: string; said: string; row: Omit<StoredRow, 'seq'> & { seq: number } };

/** Whether what is at fault lies between the event and the row before. */
export const isBetween = (code: string): boolean => code === 'CHAIN_LINK' || code === 'TIME_BACKWARDS';

const GAPS = new Set(['SEQ_GAP', 'HEAD_CUT']);
export const isGap = (code: string): boolean => GAPS.has(code);

function shownRows({ finding, stored, before, after, twin, earlier, copy }: Incident): Shown[] {
  const { code, seq } = finding;
  const beforeTitle = code === 'TRUNCATED' ? 'THE LAST ROW THAT IS HERE' : isGap(code) ? 'THE ROW BEFORE WHAT IS MISSING' : 'THE ROW BEFORE IT';
  const one = (name: string, title: string, said: string, row: StoredRow | null): Shown[] => (row ? [{ name, title, said, row }] : []);
  return [
    ...one('stored', 'THE ROW AS IT STANDS NOW', 'the row', stored),
    ...one('twin', 'THE OTHER ROW OF THIS NUMBER', 'the other row', twin),
    ...one('before', beforeTitle, 'the row before', before),
    ...one('after', 'THE ROW AFTER WHAT IS MISSING', 'the row after', after),
    ...one('earlier', 'THE EVENT BEFORE IT OF THE SAME RUN OF ITS SOURCE', 'the event before it of the same source', earlier),
    ...(copy && seq !== null ? one('copy', `THE COPY IN THE BUNDLE ${copy.fileName} OF ${copy.createdAt}`, 'the copy', rowOfCopy(seq, copy)) : []),
  ];
}

const rowOfCopy = (seq: number, { prev, header, payload, eventHash }: KeptCopy): StoredRow => ({ seq, prevHash: prev, header, payload, eventHash });

export function rowLines(incident: Incident): string[] {
  const { stored, stub, finding } = incident;
  const lines = stored || finding.seq === null ? [] : ['THE ROW', '', 'There is no row with this number.', ''];
  if (stub)
    lines.push(
      ...['WHAT STANDS IN ITS PLACE', '', 'stub header_hash', stub.headerHash, 'stub payload_hash', stub.payloadHash],
      ...['stub event_hash', stub.eventHash, ''],
    );
  for (const { name, title, row } of shownRows(incident))
    lines.push(
      ...[title, '', `${name} seq`, String(row.seq), `${name} prev`, row.prevHash, ...HALVES.flatMap((half) => halfLines(name, half, row[half]))],
      ...[`${name} event_hash`, row.eventHash, ''],
    );
  return lines;
}

const HALVES = ['header', 'payload'] as const;

/** One that is no line as it is stands there to be read, and in base64 to be hashed. */
const halfLines = (name: string, half: (typeof HALVES)[number], text: string): string[] => [
  ...[`${name} ${half}`, text],
  ...(isOneLine(text)
    ? []
    : [
        `The ${half} above holds control or unseen characters, which stand there as \\uXXXX. Its bytes as they are, in base64, which are those that are hashed:`,
        ...[`${name} ${half} in base64`, base64Of(text)],
      ]),
];

/** What the text of a row gives as its leaf, printed. */
export const leafCommands = (name: string): string[] => [...hashed(name), `leaf "$(${linkOf(name)})"`];

/** `half 'stored header'`: its bytes. */
export const HALF = `half() { b=$(line "$1 in base64"); if [ "$b" ]; then printf %s "$b" | base64 -d; else line "$1" | tr -d '\\n'; fi; }`;
const hashed = (name: string) => [`h=$(half '${name} header' | sum)`, `p=$(half '${name} payload' | sum)`];
const linked = (seq: string, prev: string) => `printf 'audit-chain/v1\\n%s\\n%s\\n%s\\n%s\\n' "${seq}" "${prev}" "$h" "$p" | sum`;
const linkOf = (name: string) => linked(`$(line '${name} seq')`, `$(line '${name} prev')`);
/** What the first event names as the one before it. */
const GENESIS = `printf 'audit-genesis/v1\\n%s\\n' "$(trail)" | sum`;

/** @param newest the number of the note of the newest checkpoint */
export function rowCommands(incident: Incident, newest: number | null): string[] {
  const { checkpoint, proof, finding } = incident;
  const rows = shownRows(incident);
  const list = rows.flatMap(({ name, said }) => [
    '',
    `# ${said}: the last two lines are equal where its text gives its hash`,
    ...hashed(name),
    linkOf(name),
    `line '${name} event_hash'`,
  ]);
  list.push(...besideCommands(incident));
  if (!checkpoint || newest === null || proof?.state !== 'sealed' || finding.seq === null) return list;
  list.push(
    '',
    `# the leaf that was sealed at ${finding.seq} leads to the root that was signed: the last two lines are equal`,
    ...inclusionCommands(finding.seq, checkpoint.size, proof.leaf, proof.hashes),
    'echo $r',
    `root ${newest}`,
  );
  for (const { name, said } of rows.filter(({ row }) => row.seq === finding.seq)) {
    list.push('', `# ${said} as a leaf: equal to the sealed one, the second line, only if it is the event that was signed`);
    list.push(...leafCommands(name), `echo ${proof.leaf}`);
  }
  if (incident.stub) list.push('', '# what stands in its place as a leaf: likewise', 'leaf "$(line \'stub event_hash\')"', `echo ${proof.leaf}`);
  if (incident.after?.seq === finding.seq + 1)
    list.push('', '# the event that the row after names, as a leaf: likewise', 'leaf "$(line \'after prev\')"', `echo ${proof.leaf}`);
  return list;
}

/** Rows beside one another: links, times, numbers. */
function besideCommands({ finding, stored, before, after, twin, earlier, stub }: Incident): string[] {
  const list: string[] = [];
  const names = (name: string, said: string) =>
    list.push('', `# the link: the last two lines are equal where ${said} names the one before it`, `line '${name} prev'`, "line 'before event_hash'");
  if (stored && before) names('stored', 'the row');
  if (twin && before) names('twin', 'the other row');
  if (stored && before && isBetween(finding.code))
    list.push(
      '',
      '# the times, the row before first: they never fall',
      'for n in before stored; do line "$n header" | sed \'s/.*"recorded_at":"\\([^"]*\\)".*/\\1/\'; done',
    );
  const isFirst = finding.seq === 0;
  const prev = isFirst ? GENESIS : before && "line 'before event_hash'";
  if (stub && prev)
    list.push(
      '',
      `# what stands in its place: the last two lines are equal where it follows ${isFirst ? 'nothing' : 'the row before'}`,
      ...["h=$(line 'stub header_hash'); p=$(line 'stub payload_hash')", linked(String(finding.seq), `$(${prev})`), "line 'stub event_hash'"],
    );
  if (after && prev)
    list.push(
      '',
      `# the numbers${isFirst ? ' from 0 on' : ', the row before first'}: each event has the next one`,
      ...(isFirst ? [] : ["line 'before seq'"]),
      "line 'after seq'",
      `# what the row after names as the one before it: it is not ${isFirst ? 'the beginning of a trail' : 'the row before'} unless the two lines are equal`,
      ...["line 'after prev'", prev],
    );
  if (stored && earlier)
    list.push(
      '',
      '# the numbers that both have at their source, the one before first',
      'for n in earlier stored; do line "$n payload" | sed -n \'s/.*"source_seq":\\([0-9]*\\).*/\\1/p\'; done',
    );
  return list;
}
