import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '@/lib/errors';
import { createExclusively, readIfThere } from '@/lib/files';
import { canReach, makeFolder, serverIds } from './os-user';

/**
 * Where the embedded cluster of a home lies: `<home>/postgres`, or, where PostgreSQL's own user cannot get in (root's home is 0700), a folder under /var/lib.
 * The choice is kept in `<home>/postgres-folder`, since a later chmod must not make an empty second cluster, and the folder names its home, since a copied home must not
 * work on the first one's events.
 */
export function dataFolder(home: string, say: (line: string) => void, elsewhere = '/var/lib/indelible'): string {
  const inside = path.join(home, 'postgres');
  const note = path.join(home, 'postgres-folder');
  const kept = readIfThere(note)?.trim();
  if (kept) return checkedFolder(kept, home, note);
  const ids = serverIds(path.join(inside, 'data'));
  if (canReach(path.join(inside, 'x'), ids)) return inside;

  const folder = path.join(/* turbopackIgnore: true */ elsewhere, crypto.randomBytes(8).toString('hex')); // never a name made from the path: a new home in an old one's place has other keys
  try {
    makeFolder(folder, ids);
  } catch (cause) {
    throw new AppError('DATA_FOLDER', {
      cause,
      hint: `PostgreSQL's user (uid ${ids?.uid}) cannot reach ${inside}, nor can ${folder} be made: chmod o+x the parents of ${home}`,
    });
  }
  if (!canReach(path.join(folder, 'x'), ids))
    throw new AppError('DATA_FOLDER', { hint: `PostgreSQL's user (uid ${ids?.uid}) can reach neither ${inside} nor ${folder}` });
  createExclusively(path.join(folder, 'home'), `${fs.realpathSync(home)}\n`);
  checkedFolder(folder, home, note);
  createExclusively(note, `${folder}\n`);
  say(`PostgreSQL does not run as root, and its user (uid ${ids?.uid}) cannot reach ${inside}: the database lies in ${folder}`);
  return folder;
}

/** The same for who only looks: where the cluster lies, or null where none was made. */
export function embeddedFolder(home: string): string | null {
  const folder = readIfThere(path.join(home, 'postgres-folder'))?.trim() || path.join(home, 'postgres');
  return fs.existsSync(folder) ? folder : null;
}

function checkedFolder(folder: string, home: string, note: string): string {
  const owner = readIfThere(path.join(folder, 'home'))?.trim();
  if (owner === fs.realpathSync(home)) return folder;
  const why = owner ? `belongs to the home ${owner}` : 'is not there';
  throw new AppError('DATA_FOLDER', { hint: `the database folder ${folder} (named by ${note}) ${why}; was ${home} copied or moved?` });
}
