import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/**
 * Writes a file that must not exist yet, whole and on disk, or not at all: the text goes to a name of its own, is fsynced, and is linked to its place.
 * Of several processes exactly one gets true, and nobody ever reads half a file.
 */
export function createExclusively(file: string, content: string, mode = 0o600): boolean {
  const draft = writeBeside(file, content, mode);
  try {
    fs.linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
  syncFolder(path.dirname(file));
  return true;
}

/** Puts new content in place of a file in one step. Only for a file that nobody else may be writing. */
export function replaceFile(file: string, content: string, mode = 0o600) {
  fs.renameSync(writeBeside(file, content, mode), file);
  syncFolder(path.dirname(file));
}

/** Makes an empty file whose name says everything: there whole or not at all, on disk when it returns. @throws EEXIST */
export function createEmpty(file: string, mode = 0o600) {
  fs.closeSync(fs.openSync(file, 'wx', mode));
  syncFolder(path.dirname(file));
}

/** Adds a line, on disk when it returns. Several may at once; one that was torn by a kill spoils none behind it. Readers pass empty lines over. */
export function appendLine(file: string, line: string, mode = 0o600) {
  const fd = fs.openSync(file, 'a', mode);
  try {
    fs.writeFileSync(fd, `\n${line}\n`);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  syncFolder(path.dirname(file));
}

/** Gives a file a second name, on disk when it returns. One that is there already stays. */
export function keepFile(file: string, kept: string) {
  try {
    fs.linkSync(file, kept);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  syncFolder(path.dirname(kept));
}

/** Puts a file in place of another in one step, on disk when it returns. */
export function moveFile(from: string, to: string) {
  fs.renameSync(from, to);
  syncFolder(path.dirname(to));
}

/** The text of a file, or null where there is none. */
export function readIfThere(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whether a write failed for want of room. */
export function isDiskFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function writeBeside(file: string, content: string, mode: number): string {
  const draft = `${file}.${process.pid}.${crypto.randomBytes(6).toString('hex')}.tmp`;
  const fd = fs.openSync(draft, 'wx', mode);
  try {
    fs.writeFileSync(fd, content);
    fs.fsyncSync(fd);
  } catch (error) {
    fs.rmSync(draft, { force: true }); // on a full disk it would lie there for good, and take room
    throw error;
  } finally {
    fs.closeSync(fd);
  }
  return draft;
}

/** A folder for our user alone, on disk when it returns, whoever made it: he may not have come so far. */
export function createFolder(folder: string) {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  syncFolder(path.dirname(folder));
}

/** A new name is on disk only when its folder is. */
function syncFolder(folder: string) {
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
