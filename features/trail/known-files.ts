// What the processes that refused knew to be appended, an empty file each, whose name says all of it, so that no half of it can be there:
//
//   keys/<alias>.known/<events>.<event_hash of the last, 64 hex digits>.<8 hex digits, other ones at every writing>
//
// Nobody ever writes one of them anew. Who knows something adds a file; who has looked for what a file names, and found it, takes away exactly that file: one that was added
// meanwhile stays. So processes that write at the same moment lose nothing of one another, without a lock that one of them could die with.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { createEmpty, createFolder } from '@/lib/files';
import { homeFolder, secretFile } from '@/lib/home';
import { type Appended, distinct } from './appended';
import { aliasOf } from './epoch-name';
import { readOrSay, unreadReason } from './key-files';

const FILE_NAME = /^(\d{1,16})\.([0-9a-f]{64})\.[0-9a-f]{8}$/;

const nameOf = (origin: string) => `${aliasOf(origin)}.known`;

/** `files` are names in the folder. `fault`: why nobody can say what is known. */
export type KnownFiles = { files: readonly string[]; known: readonly Appended[] } | { fault: string };

/** The shortest history first. */
export function readKnown(origin: string): KnownFiles {
  const names = readOrSay(nameOf(origin), listFolder);
  if ('code' in names) return { fault: unreadReason(nameOf(origin), names.code, 'folder') };
  const files = names.filter((name) => !name.startsWith('.')); // of the file system's own
  const stranger = files.find((name) => !FILE_NAME.test(name));
  if (stranger !== undefined)
    return { fault: `the folder keys/${nameOf(origin)} holds ${stranger}, which says nothing: find out what it is, and take it away` };
  const known = files.map(appendedOf).sort((a, b) => a.nextSeq - b.nextSeq || (a.lastHash < b.lastHash ? -1 : 1));
  return { files, known: distinct(known) };
}

function listFolder(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw err;
  }
}

function appendedOf(name: string): Appended {
  const [, nextSeq, lastHash = ''] = FILE_NAME.exec(name) ?? [];
  return { nextSeq: Number(nextSeq), lastHash };
}

// The file that this process wrote of each, in all its bundles.
const shared = globalThis as { indelibleKnown?: Map<string, string> };

/** On disk when it returns. Said again it is a file anew, in place of this process's earlier one: who is about to take that one away had looked before this. */
export function writeKnown(origin: string, { nextSeq, lastHash }: Appended): void {
  homeFolder('keys');
  const folder = secretFile(nameOf(origin));
  createFolder(folder);
  const what = path.join(folder, `${nextSeq}.${lastHash}`);
  const file = `${what}.${crypto.randomBytes(4).toString('hex')}`;
  createEmpty(file);
  shared.indelibleKnown ??= new Map();
  const before = shared.indelibleKnown.get(what);
  shared.indelibleKnown.set(what, file);
  if (before !== undefined) fs.rmSync(before, { force: true });
}

/** What they name was found. @param files as they were read before it was looked for */
export function forgetKnown(origin: string, files: readonly string[]): void {
  const folder = secretFile(nameOf(origin));
  for (const name of files) fs.rmSync(path.join(folder, name), { force: true });
}
