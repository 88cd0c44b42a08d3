/**
 * SPEC §8, the signed notes that a finding is about, so that they are kept with it: what two of them say against one another nobody can recompute from the roots alone.
 *
 *   EQUIVOCATION             `size root` on either side          UNKNOWN_KEY     those by that key        NOTE_REFUSED, WRONG_TRAIL    those with that fault
 *   FORK with a bracket      its two sizes                       TRUNCATED, KEY_ROTATED                   the size that is known
 */
import { type CheckpointError, openCheckpoint, parseCheckpointText } from './checkpoint';
import type { Finding } from './finding';
import { parseNote } from './signed-note';
import type { Vkey } from './vkey';

/** `error`: what keeps it from counting. `signers`: `name+keyid` of each, whoever that is. `size` null: its text is none of a checkpoint. `root` in hex. */
export type ReadNote = { note: string; error: CheckpointError | null; signers: string[]; size: number | null; root: string | null };

type Said = Pick<Finding, 'seq' | 'expected' | 'found'> & { code: string };

export function readNote(note: string, vkeys: readonly Vkey[], origin: string): ReadNote {
  const opened = openCheckpoint(note, vkeys, origin);
  const parsed = parseNote(note);
  const body = parseCheckpointText(parsed?.text ?? '');
  const said = typeof body === 'string' ? null : body;
  return {
    note,
    error: opened.ok ? null : opened.error,
    signers: parsed?.signatures.map(({ name, keyId }) => `${name}+${keyId}`) ?? [],
    size: said?.size ?? null,
    root: said?.root.toString('hex') ?? null,
  };
}

export function isAbout({ code, seq, expected, found }: Said, { error, signers, size, root }: ReadNote): boolean {
  switch (code) {
    case 'EQUIVOCATION':
      return error === null && [expected, found].includes(`${size} ${root}`);
    case 'UNKNOWN_KEY':
      return (found ?? '').split(' ').every((one) => signers.includes(one));
    case 'NOTE_REFUSED':
      return error === found;
    case 'WRONG_TRAIL':
      return seq === null && error === 'origin';
    case 'FORK':
      return error === null && bracketOf(expected).includes(size);
    case 'TRUNCATED':
    case 'KEY_ROTATED':
      return error === null && size === Number(expected);
    default:
      return false;
  }
}

/** The two sizes of `[good,bad)`; none where the event itself is known. */
export function bracketOf(expected: string | null): (number | null)[] {
  const sizes = /^\[(\d+),(\d+)\)$/.exec(expected ?? '');
  return sizes === null ? [] : [Number(sizes[1]), Number(sizes[2])];
}

const MOST = 100;

/** Of the notes at hand those that any of the findings is about, each once and so many at most. */
export function notesOf(findings: readonly Said[], notes: Iterable<string>, vkeys: readonly Vkey[], origin: string): string[] {
  const distinct = new Map(findings.filter(({ code }) => CODES.has(code)).map((one) => [JSON.stringify([one.code, one.expected, one.found]), one]));
  const about = [...distinct.values()].slice(0, MOST);
  if (about.length === 0) return [];
  const kept: string[] = [];
  for (const note of new Set(notes)) {
    const read = readNote(note, vkeys, origin);
    if (about.some((finding) => isAbout(finding, read))) kept.push(note);
    if (kept.length === MOST) break;
  }
  return kept;
}

const CODES = new Set(['EQUIVOCATION', 'UNKNOWN_KEY', 'NOTE_REFUSED', 'WRONG_TRAIL', 'FORK', 'TRUNCATED', 'KEY_ROTATED']);
