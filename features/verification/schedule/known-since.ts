import 'server-only';
import fs from 'node:fs';
import { aliasOf } from '@/features/trail/guard-file';
import { secretFile } from '@/lib/home';

/**
 * Since when a trail is known here, ms since 1970: its key was made before event 0, and the file lies outside the database. Where the key is elsewhere, what the database
 * says.
 */
export function knownSince({ origin, createdAt }: { origin: string; createdAt: string }): number {
  return fs.statSync(secretFile(`${aliasOf(origin)}.key`), { throwIfNoEntry: false })?.mtimeMs ?? Date.parse(createdAt);
}
