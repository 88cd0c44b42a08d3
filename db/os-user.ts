import fs from 'node:fs';
import path from 'node:path';

/** The OS user PostgreSQL runs as; null: Node is not root, so it is our own. */
export type Ids = { uid: number; gid: number } | null;

/**
 * PostgreSQL refuses to run as root; initdb also needs a passwd entry, so a bare numeric uid will not do. A cluster that is there decides: its files belong to whom it was
 * made for, also after a package has brought a user of the better name.
 */
export function serverIds(dataDir: string, osUser?: string): Ids {
  if (process.getuid?.() !== 0) return null;
  const owner = fs.statSync(dataDir, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const passwd = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of osUser ? [osUser] : ['postgres', 'nobody']) {
    const entry = passwd.find(([n]) => n === name);
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error(`running as root and no OS user ${osUser ?? 'postgres or nobody'} to run PostgreSQL as`);
}

/** May `ids` walk to the file? (x on every parent; a parent that is not there yet will be made reachable) */
export function canReach(file: string, ids: Ids): boolean {
  if (!ids) return true;
  for (let dir = path.dirname(file); ; dir = path.dirname(dir)) {
    const s = fs.statSync(dir, { throwIfNoEntry: false });
    if (s) {
      const bit = s.uid === ids.uid ? 0o100 : s.gid === ids.gid ? 0o010 : 0o001;
      if (!(s.mode & bit)) return false;
    }
    if (dir === path.dirname(dir)) return true;
  }
}

/** Makes a folder that PostgreSQL's user can walk through, whatever our umask is. */
export function makeFolder(folder: string, ids: Ids) {
  const first = fs.mkdirSync(folder, { recursive: true, mode: 0o755 });
  if (!first || !ids) return;
  for (let dir = folder; dir.length >= first.length; dir = path.dirname(dir)) fs.chmodSync(dir, 0o755);
}

/**
 * Whether the OS user `uid` can neither read what lies in the folder nor put another in its place: the folder is open to its owner alone, who is somebody else, and so is whoever
 * owns or may write to each folder above it. False where that cannot be seen, and for root.
 */
export function isOutOfReach(folder: string, uid: number): boolean {
  if (uid === 0) return false;
  for (let dir = path.resolve(folder); ; dir = path.dirname(dir)) {
    const s = fs.statSync(dir, { throwIfNoEntry: false });
    if (!s || s.uid === uid) return false;
    const isSticky = (s.mode & 0o1000) !== 0; // others may add names to it, and touch none that is not theirs
    if (dir === path.resolve(folder) ? (s.mode & 0o077) !== 0 : (s.mode & 0o022) !== 0 && !isSticky) return false;
    if (dir === path.dirname(dir)) return true;
  }
}
