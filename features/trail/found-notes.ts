// The signed notes that a finding is about, kept outside the database: who rules that can take away the rows in which two histories stand (SPEC §8, "both notes kept").
//
//   found/<alias>.notes/<SHA-256 of the note>.note     its exact text, by its hash, so that it is there once; the product takes none away
import fs from 'node:fs';
import path from 'node:path';
import { sha256 } from '@/core/sha256';
import { createExclusively, createFolder } from '@/lib/files';
import { home } from '@/lib/home';
import { log } from '@/lib/log';
import { aliasOf } from './key-files';

const MOST_BYTES = 64 * 1024; // a checkpoint has some hundred; the database may hold any text
const MOST_NOTES = 1_000;

const folderOf = (origin: string) => path.join(home(), 'found', `${aliasOf(origin)}.notes`);

/** On disk when it returns, as far as there is room: where not, it is said in the log. */
export function keepNotes(origin: string, notes: readonly string[]): void {
  if (notes.length === 0) return;
  try {
    const alias = aliasOf(origin);
    if (path.basename(alias) !== alias || alias.startsWith('.')) throw new Error('no trail of such a name is made here: somebody wrote its row');
    const folder = folderOf(origin);
    createFolder(folder);
    let room = MOST_NOTES - fs.readdirSync(folder).length;
    for (const note of notes) {
      if (room <= 0 || Buffer.byteLength(note) > MOST_BYTES)
        log.warn({ origin, sha256: hashOf(note) }, 'a note that something was found about is not kept: it is long, or there are many');
      else if (createExclusively(path.join(folder, `${hashOf(note)}.note`), note)) room--;
    }
  } catch (err) {
    log.warn({ err, origin }, 'the notes that something was found about could not be kept beside the database');
  }
}

/** Those of a trail, in no order. One whose text is not that of its name counts for nothing. */
export function listKeptNotes(origin: string): string[] {
  const folder = folderOf(origin);
  try {
    return fs.readdirSync(folder).flatMap((name) => {
      const note = fs.readFileSync(path.join(folder, name), 'utf8');
      return name === `${hashOf(note)}.note` ? [note] : [];
    });
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ err, origin }, 'the notes that something was found about cannot be read');
    return [];
  }
}

const hashOf = (note: string): string => sha256(note).toString('hex');
