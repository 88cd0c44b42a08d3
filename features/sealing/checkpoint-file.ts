// SPEC §7: what was signed is kept beside the database too, so that a verification has something to hold against it.
//
//   checkpoints/<alias>              the newest signed note
//   checkpoints/<alias>.<key id>     the one that both keys signed when this key took over
//
import fs from 'node:fs';
import path from 'node:path';
import { createExclusively, readIfThere, replaceFile } from '@/lib/files';
import { homeFolder } from '@/lib/home';
import { aliasOf } from '../trail/epoch-name';

const fileOf = (origin: string, keyId?: string) => path.join(homeFolder('checkpoints'), aliasOf(origin) + (keyId === undefined ? '' : `.${keyId}`));

/** The newest signed note of a trail, null where none was released. */
export const readCheckpointFile = (origin: string): string | null => readIfThere(fileOf(origin));

/** When it was written, in ms of the clock of the files; null where there is none. */
export const checkpointFileAtMs = (origin: string): number | null => fs.statSync(fileOf(origin), { throwIfNoEntry: false })?.mtimeMs ?? null;

/** On disk when it returns. For the signer alone. */
export const writeCheckpointFile = (origin: string, note: string): void => replaceFile(fileOf(origin), note);

/** The note with which a key took over, null for the first key of a trail. `keyId` of the newer key. */
export const readRotationNote = (origin: string, keyId: string): string | null => readIfThere(fileOf(origin, keyId));

/** On disk when it returns; there is one a key. For the signer alone. */
export const keepRotationNote = (origin: string, keyId: string, note: string): boolean => createExclusively(fileOf(origin, keyId), note);

/** Of all rotations, in no order. */
export const listRotationNotes = (origin: string): string[] => listRotationIds(origin).flatMap((keyId) => readRotationNote(origin, keyId) ?? []);

/** Ids of the keys that took over and left a note. */
export function listRotationIds(origin: string): string[] {
  const isOne = ([alias, keyId = '', ...more]: string[]) => alias === aliasOf(origin) && /^[0-9a-f]{8}$/.test(keyId) && more.length === 0;
  return fs.readdirSync(homeFolder('checkpoints')).flatMap((name) => (isOne(name.split('.')) ? [name.split('.')[1] as string] : []));
}
