import 'server-only';
import { bracketOf, isAbout, type ReadNote, readNote } from '@/core/notes-of';
import type { Vkey } from '@/core/vkey';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction, sqlOf } from '@/db/transaction';
import { listRotationNotes, readCheckpointFile } from '@/features/sealing/checkpoint-file';
import { listNotesAt } from '@/features/sealing/queries/checkpoints';
import { listDatabaseNotes } from '@/features/sealing/queries/known-notes';
import { listKeptNotes } from '@/features/trail/found-notes';
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
 */
export async function listNotesAbout(trail: Trail, run: IncidentRun, finding: ShownFinding, vkeys: readonly Vkey[]): Promise<ReadNote[]> {
  const { code, expected, found, seq } = finding;
  if (!NOTE_CODES.has(code) || (code === 'WRONG_TRAIL' && seq !== null)) return [];
  const sizes = [...bracketOf(expected), Number.parseInt(expected ?? '', 10), run.sealedTo].filter((size) => Number.isSafeInteger(size));
  const { rows, notes } = await notesAtHand(trail, run, sizes as number[]);
  const read = (note: string) => readNote(note, vkeys, trail.origin);
  if (code === 'NOTE_REFUSED' && found === 'row') return misplaced(rows, Number(expected)).map(read);
  const all = notes.map(read).sort((a, b) => (a.size ?? 0) - (b.size ?? 0));
  const about = all.filter((one) => isAbout(finding, one));
  if (code === 'EQUIVOCATION' && about.every(({ size }) => size === about[0]?.size) && new Set(about.map(({ root }) => root)).size === 1)
    return [...about, ...all.filter(({ error, size }) => error === null && size === run.sealedTo)];
  if (code === 'KEY_ROTATED') return about.filter(({ signers }) => signers.includes((found ?? '').split('+').slice(0, 2).join('+')));
  if (code === 'TRUNCATED' && about.length === 0) return all.filter(({ error, size }) => error === null && (size ?? 0) > Number(found)).slice(-1);
  return about;
}

async function notesAtHand({ trailId, origin }: Trail, run: IncidentRun, sizes: readonly number[]): Promise<{ rows: Row[]; notes: string[] }> {
  const files = [readCheckpointFile(origin), ...listRotationNotes(origin)].filter((note) => note !== null);
  return readTransaction(scopeOf(trailId), async (tx) => {
    const rows = await listNotesAt(tx, trailId, sizes);
    const listed = await listDatabaseNotes((text, values) => sqlOf(tx).unsafe(text, values as never[]), trailId);
    const notes = [...(run.notes ?? []), ...listKeptNotes(origin), ...files, ...[...rows, ...listed].map(({ note }) => note.toString())];
    return { rows, notes: [...new Set(notes)] };
  });
}

/** In the rows of a size, those that say another one, or another root than their row. */
const misplaced = (rows: readonly Row[], size: number): string[] =>
  rows.flatMap(({ note, ...row }) => {
    const said = readNote(note, [], '');
    return row.size === size && (said.size !== size || said.root !== row.root) ? [note] : [];
  });
