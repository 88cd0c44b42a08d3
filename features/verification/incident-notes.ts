// The signed notes of an incident file and the keys that they are held against: each line behind its number, so that none can be taken for a line of the file, and the
// commands that give a note back to the byte and check its signatures. Pure.
import { parseCheckpointText } from '@/core/checkpoint';
import { parseNote, verifySignature } from '@/core/signed-note';
import { KEY_TYPE, parseVkey, type Vkey } from '@/core/vkey';
import type { Incident, IncidentKey } from './incident';
import { base64Of, isOneLine } from './incident-line';

/** `key`: the number of the one that its name and id are those of; `holds`: whether it verifies under that. */
type NoteSignature = { line: number; signer: string; key: number | null; holds: boolean };

/** `lines`: how many its text has, 0 where it has not the form of a note. `size` and `root` null: its text is none of a checkpoint. */
export type NumberedNote = {
  n: number;
  note: string;
  lines: number;
  size: string | null;
  root: string | null;
  signatures: NoteSignature[];
  isNewest: boolean;
};

/** Those that the finding is about, and the newest checkpoint behind them. */
export function numberNotes({ notes, checkpoint, keys }: Pick<Incident, 'notes' | 'checkpoint' | 'keys'>): NumberedNote[] {
  const vkeys = keys.map(({ vkey }) => parseVkey(vkey));
  const all = [...new Set([...notes, ...(checkpoint ? [checkpoint.note] : [])])];
  return all.map((note, i) => ({ n: i + 1, ...readLines(note, vkeys), isNewest: note === checkpoint?.note }));
}

function readLines(note: string, vkeys: readonly (Vkey | null)[]): Omit<NumberedNote, 'n' | 'isNewest'> {
  const parsed = parseNote(note);
  if (parsed === null) return { note, lines: 0, size: null, root: null, signatures: [] };
  const lines = parsed.text.split('\n').length - 1;
  const said = parseCheckpointText(parsed.text);
  const signatures = parsed.signatures.map((signature, i) => {
    const { name, keyId } = signature;
    const at = vkeys.findIndex((vkey) => vkey?.type === KEY_TYPE.ed25519 && vkey.name === name && vkey.keyId === keyId);
    const vkey = vkeys[at];
    return {
      line: lines + 2 + i,
      signer: `${name}+${keyId}`,
      key: vkey ? at + 1 : null,
      holds: vkey ? verifySignature(parsed.text, signature, vkey) !== false : false,
    };
  });
  const [, size = null] = typeof said === 'string' ? [] : parsed.text.split('\n');
  return { note, lines, size, root: typeof said === 'string' ? null : said.root.toString('hex'), signatures };
}

export const isOfKey = ({ signatures }: NumberedNote): boolean => signatures.some(({ holds }) => holds);

export function noteLines(notes: readonly NumberedNote[], more: number): string[] {
  const lines = notes.flatMap((one) => [titleOf(one), '', ...bodyOf(one), '']);
  return more === 0 ? lines : [...lines, `${more} more of the kind are at hand and not in this file.`, ''];
}

function titleOf({ n, note, lines, size, root, isNewest }: NumberedNote): string {
  const what = isNewest ? ', the newest checkpoint' : '';
  if (lines === 0) return `NOTE ${n}, in base64: it has not the form of a signed note`;
  if (!isPlain(note)) return `NOTE ${n}${what}, in base64: a signed note that holds control or unseen characters`;
  return size === null ? `NOTE ${n}: a signed note whose text is none of a checkpoint` : `NOTE ${n}${what}: ${size} events, root ${root}`;
}

// any bytes at all: what is no note may hold what a terminal obeys, and a note that strangers sign some of it
const bodyOf = ({ n, note, lines }: NumberedNote): string[] =>
  lines === 0 || !isPlain(note)
    ? [`note ${n} in base64|${base64Of(note)}`]
    : note
        .slice(0, -1)
        .split('\n')
        .map((line) => `note ${n}|${line}`);

const isPlain = (note: string) => isOneLine(note.replaceAll('\n', ''));

/** Behind a command that prints of a note what somebody else wrote. */
export const printed = ({ note }: NumberedNote): string => (isPlain(note) ? '' : ' | xxd');

export const keyLines = (keys: readonly IncidentKey[]): string[] =>
  keys.flatMap(({ vkey, words, what, isTrusted }, i) => [
    ...(i === 0 ? ['THE VERIFIER KEYS, to be compared with copies on paper that did not come from us', ''] : []),
    `key ${i + 1}|${vkey}`,
    `${words} (${what}${isTrusted ? '' : '; the run did not go by it'})`,
    ...(isOneLine(vkey) ? [] : ['The name of this key holds control or unseen characters, which stand there as \\uXXXX: its id is not computed here.']),
    '',
  ]);

/** `note N`: as it was signed. `says N`: its size and root. `signed N lines line key`: whether the signature in that line of it is the key's over so many lines. */
export const noteFunctions = (file: string): string[] => [
  `note() { sed -n "s/^note $1|//p" '${file}'; sed -n "s/^note $1 in base64|//p" '${file}' | base64 -d; }`,
  'root() { note $1 | sed -n 3p | base64 -d | xxd -p -c 64; }',
  `says() { printf '%s %s\\n' "$(note $1 | sed -n 2p | LC_ALL=C tr -c '[:print:]\\n' '?')" "$(root $1)"; }`,
  `key() { sed -n "s/^key $1|//p" '${file}'; }`,
  'signed() {',
  '  note $1 | sed -n "1,$2p" > text',
  `  note $1 | sed -n "$3p" | cut -d' ' -f3 | base64 -d | tail -c +5 > sig`,
  '  (printf 302a300506032b6570032100 | xxd -r -p; key $4 | cut -d+ -f3- | base64 -d | tail -c +2) > key.der',
  '  openssl pkeyutl -verify -pubin -inkey key.der -keyform DER -rawin -in text -sigfile sig',
  '}',
];

/** Of each note that bears one by a key that stands here. */
export const signatureCommands = (notes: readonly NumberedNote[]): string[] =>
  notes.flatMap(({ n, lines, signatures }) =>
    signatures.flatMap(({ line, key, holds }) =>
      key === null
        ? []
        : ['', `# note ${n}: the signature in line ${line} by key ${key} ${holds ? 'verifies' : 'does not verify'}`, `signed ${n} ${lines} ${line} ${key}`],
    ),
  );

/** The name and key id of each signature, as its line names them, and of each key, as they follow from it. */
export const signerCommands = (notes: readonly NumberedNote[], keys: readonly IncidentKey[]): string[] => [
  ...notes.flatMap((note) => [
    '',
    `# who signed note ${note.n}, as its own lines name them: a name and a key id each`,
    `note ${note.n} | sed -n '${note.lines + 2},$p' | while read -r dash name rest; do printf '%s+%s\\n' "$name" "$(printf %s "$rest" | base64 -d | xxd -p -l 4)"; done${printed(note)}`,
  ]),
  ...(keys.length === 0 ? [] : keyIdCommands(keys)),
];

const keyIdCommands = (keys: readonly IncidentKey[]): string[] => [
  '',
  '# the same of the keys: the id is the first four bytes of the SHA-256 of the name, a newline, and the type and bytes of the key',
  'keyid() { (printf "%s\\n" "$(key $1 | cut -d+ -f1)"; key $1 | cut -d+ -f3- | base64 -d) | sum | cut -c1-8; }',
  ...keys.flatMap(({ vkey }, i) => (isOneLine(vkey) ? `printf '%s+%s\\n' "$(key ${i + 1} | cut -d+ -f1)" "$(keyid ${i + 1})"` : [])),
];
