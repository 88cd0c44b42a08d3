import path from 'node:path';
import { readIfThere, replaceFile } from '@/lib/files';
import { homeFolder } from '@/lib/home';
import { aliasOf } from '../trail/guard-file';

// SPEC §7: the local checkpoint file is kept always. Outside the database, so that a verification has something to hold against it.
const fileOf = (origin: string) => path.join(homeFolder('checkpoints'), aliasOf(origin));

/** The newest signed note of a trail, null where none was released. */
export const readCheckpointFile = (origin: string): string | null => readIfThere(fileOf(origin));

/** On disk when it returns. For the signer alone. */
export const writeCheckpointFile = (origin: string, note: string): void => replaceFile(fileOf(origin), note);
