import 'server-only';
import { bracketOf, isAbout, type ReadNote, readNote } from '@/core/notes-of';
import type { Vkey } from '@/core/vkey';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction, sqlOf } from '@/db/transaction';
import { listRotationIds, readCheckpointFile, readRotationNote } from '@/features/sealing/checkpoint-file';
import { listNotesAt } from '@/features/sealing/queries/checkpoints';
import { listDatabaseNotes } from '@/features/sealing/queries/known-notes';
import { isLongNote, listKeptNotes } from '@/features/trail/found-notes';
import { plural } from '@/lib/format';
import type { ShownFinding } from '../finding-model';
import type { IncidentRun } from '../incident';

type Trail = { trailId: TrailId; origin: string };
/** `root` as the row names it, in hex. */
type Row = { size: number; root: string; note: string };

/** Findings about signed notes; `WRONG_TRAIL` where it is of no event. */
export const NOTE_CODES = new Set(['EQUIVOCATION', 'FORK', 'TRUNCATED', 'UNKNOWN_KEY', 'NOTE_REFUSED', 'WRONG_TRAIL', 'KEY_ROTATED']);

/**
 * The signed notes that a finding is about, smaller sizes first, of all that are at hand now: kept when something was found, in the files beside the key, in the database, brought
 * to the run. Where a signed root is contradicted by a larger one, that too.
 * @param vkeys those that the run went by
 * @returns `faults`: what was not looked at, a line each
 */
export async function listNotesAbout(
  trail: Trail,
  run: IncidentRun,
  finding: ShownFinding,
  vkeys: readonly Vkey[],
): Promise<{ notes: ReadNote[]; faults: string[] }> {
  const { code, expected, seq } = finding;
  if (!NOTE_CODES.has(code) || (code === 'WRONG_TRAIL' && seq !== null)) return { notes: [], faults: [] };
  const sizes = [...bracketOf(expected), Number.parseInt(expected ?? '', 10), run.sealedTo].filter((size) => Number.isSafeInteger(size));
  const files = readFiles(trail.origin);
  const hand = await notesAtHand(trail, run, sizes as number[], files.notes);
  const isShort = (note: string) => !isLongNote(note);
  const [rows, notes] = [hand.rows.filter(({ note }) => isShort(note)), hand.notes.filter(isShort)];
  const long = hand.notes.length - notes.length;
  const faults = [
    ...files.faults,
    ...(long === 0 ? [] : [`${plural(long, 'note')} of more than 64 KiB at hand ${long === 1 ? 'is' : 'are'} left out: no checkpoint is so long.`]),
  ];
  return { notes: pick(run, finding, rows, notes, (note) => readNote(note, vkeys, trail.origin)), faults };
}

function pick(run: IncidentRun, finding: ShownFinding, rows: readonly Row[], notes: readonly string[], read: (note: string) => ReadNote): ReadNote[] {
  const { code, expected, found } = finding;
  if (code === 'NOTE_REFUSED' && found === 'row') return misplaced(rows, Number(expected)).map(read);
  const all = notes.map(read).sort((a, b) => (a.size ?? 0) - (b.size ?? 0));
  const about = all.filter((one) => isAbout(finding, one));
  if (code === 'EQUIVOCATION' && about.every(({ size }) => size === about[0]?.size) && new Set(about.map(({ root }) => root)).size === 1)
    return [...about, ...all.filter(({ error, size }) => error === null && size === run.sealedTo)];
  if (code === 'KEY_ROTATED') return about.filter(({ signers }) => signers.includes((found ?? '').split('+').slice(0, 2).join('+')));
  if (code === 'TRUNCATED' && about.length === 0) return all.filter(({ error, size }) => error === null && (size ?? 0) > Number(found)).slice(-1);
  return about;
}

const unreadFile = (what: string, code: string | undefined): string => `${what} cannot be read (${code}): what it says is not here.`;

/** @returns what was read, or for people why not. @throws whatever is no fault of the file */
export function readOrSay<T>(what: string, read: () => T): { value: T } | { fault: string } {
  try {
    return { value: read() };
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw cause;
    return { fault: unreadFile(what, code) };
  }
}

/** Outside the database: one that cannot be read hides none of the others. */
function readFiles(origin: string): { notes: string[]; faults: string[] } {
  const [notes, faults]: [string[], string[]] = [[], []];
  const attempt = <T>(what: string, read: () => T): T | null => {
    const file = readOrSay(what, read);
    if ('value' in file) return file.value;
    faults.push(file.fault);
    return null;
  };
  const add = (what: string, read: () => string | null) => notes.push(...[attempt(what, read)].filter((note) => note !== null));
  add('The file of the newest checkpoint', () => readCheckpointFile(origin));
  for (const id of attempt('The folder of the checkpoints', () => listRotationIds(origin)) ?? [])
    add(`The file of the note with which key ${id} took over`, () => readRotationNote(origin, id));
  notes.push(...listKeptNotes(origin, (code) => faults.push(unreadFile('A note that was kept when something was found', code))));
  return { notes, faults };
}

async function notesAtHand(
  { trailId }: Trail,
  run: IncidentRun,
  sizes: readonly number[],
  files: readonly string[],
): Promise<{ rows: Row[]; notes: string[] }> {
  return readTransaction(scopeOf(trailId), async (tx) => {
    const rows = await listNotesAt(tx, trailId, sizes);
    const listed = await listDatabaseNotes((text, values) => sqlOf(tx).unsafe(text, values as never[]), trailId);
    const notes = [...(run.notes ?? []), ...files, ...[...rows, ...listed].map(({ note }) => note.toString())];
    return { rows, notes: [...new Set(notes)] };
  });
}

/** In the rows of a size, those that say another one, or another root than their row. */
const misplaced = (rows: readonly Row[], size: number): string[] =>
  rows.flatMap(({ note, ...row }) => {
    const said = readNote(note, [], '');
    return row.size === size && (said.size !== size || said.root !== row.root) ? [note] : [];
  });
