// The signed notes that a finding is about, kept outside the database: who rules that can take away the rows in which two histories stand (SPEC §8, "both notes kept").
//
//   found/<alias>.notes/<SHA-256 of the note>.note     its exact text, by its hash, so that it is there once; the product takes none away
import fs from 'node:fs';
import path from 'node:path';
import { sha256 } from '@/core/sha256';
import { createExclusively, createFolder } from '@/lib/files';
import { home } from '@/lib/home';
import { log } from '@/lib/log';
import { aliasOf } from './epoch-name';

/** A checkpoint has some hundred; the database may hold any text. */
const MOST_BYTES = 64 * 1024;
export const isLongNote = (note: string): boolean => Buffer.byteLength(note) > MOST_BYTES;
const MOST_NOTES = 1_000;

function folderOf(origin: string): string {
  const alias = aliasOf(origin);
  if (path.basename(alias) !== alias || alias.startsWith('.')) throw new Error('no trail of such a name is made here: somebody wrote its row');
  return path.join(home(), 'found', `${alias}.notes`);
}

/** Made by the server when it starts, and by who makes the trail: none is made by a command of another user, to whom alone it would belong. */
export function ensureNotesFolder(origin: string): void {
  try {
    createFolder(folderOf(origin));
  } catch (err) {
    log.warn({ err, origin }, 'the folder of the notes that something is found about could not be made yet');
  }
}

/** On disk when it returns, as far as there is room: where not, it is said in the log. */
export function keepNotes(origin: string, notes: readonly string[]): void {
  if (notes.length === 0) return;
  try {
    const folder = folderOf(origin);
    createFolder(folder);
    const names = new Set(fs.readdirSync(folder));
    let room = MOST_NOTES - names.size;
    for (const note of notes) {
      if (names.has(nameOf(note))) continue; // a run that finds more comes with all of them again
      if (room <= 0 || isLongNote(note))
        log.warn({ origin, sha256: hashOf(note) }, 'a note that something was found about is not kept: it is long, or there are many');
      else if (createExclusively(path.join(folder, nameOf(note)), note)) room--;
    }
  } catch (err) {
    log.warn({ err, origin }, 'the notes that something was found about could not be kept beside the database');
  }
}

/** Those of a trail, in no order. One whose text is not that of its name counts for nothing; one that cannot be read hides no other. @param onUnread is given why */
export function listKeptNotes(origin: string, onUnread: (code: string | undefined) => void = () => {}): string[] {
  const attempt = <T>(read: () => T[]): T[] => {
    try {
      return read();
    } catch (err) {
      const { code } = err as NodeJS.ErrnoException;
      if (code === 'ENOENT') return [];
      log.warn({ err, origin }, 'notes that something was found about cannot be read');
      onUnread(code);
      return [];
    }
  };
  const folder = attempt(() => [folderOf(origin)])[0];
  if (folder === undefined) return [];
  return attempt(() => fs.readdirSync(folder)).flatMap((name) =>
    attempt(() => {
      const note = fs.readFileSync(path.join(folder, name), 'utf8');
      return name === nameOf(note) ? [note] : [];
    }),
  );
}

const hashOf = (note: string): string => sha256(note).toString('hex');
const nameOf = (note: string): string => `${hashOf(note)}.note`;
