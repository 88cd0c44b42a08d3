import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { homeFolder } from '@/lib/home';

/** A folder of one upload's own, below INDELIBLE_HOME/uploads: its files lie there until the import has read them. */
export function makeSpool(): string {
  const folder = path.join(homeFolder('uploads'), randomUUID());
  fs.mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** Removes an upload's folder; nothing else, whatever a row in the database says. */
export function removeSpool(folder: string) {
  if (path.dirname(folder) === homeFolder('uploads')) fs.rmSync(folder, { recursive: true, force: true });
}
