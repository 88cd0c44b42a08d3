// keys/<alias>.key: the seed of the key that signs for a trail, a line of hex. Without it nothing of the trail is sealed or appended, and the others go on.
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '@/lib/errors';
import { ensureSecret, home } from '@/lib/home';
import { aliasOf } from './epoch-name';
import { readGuard } from './guard-file';
import { isKeyFileThere, readKeyFile, unreadReason } from './key-files';
import { refusalAdvice } from './refusal-words';

const SEED_BYTES = 32;

const nameOf = (origin: string) => `${aliasOf(origin)}.key`;

/** `fault`: why there is none to sign with, for people. */
export type OpenedSeed = { seed: Buffer } | { fault: string; isMissing: boolean };

export function openSeed(origin: string): OpenedSeed {
  const opened = openSeedFile(nameOf(origin));
  return 'fault' in opened ? { ...opened, fault: `${opened.fault}: nothing can be signed` } : opened;
}

function openSeedFile(name: string): OpenedSeed {
  const text = readKeyFile(name);
  if (text === null) return { fault: `the key file keys/${name} is missing`, isMissing: true };
  if (typeof text !== 'string') return { fault: unreadReason(name, text.code, 'key file'), isMissing: false };
  if (!/^[0-9a-f]{64}\n?$/.test(text)) return { fault: `the key file keys/${name} is damaged`, isMissing: false };
  return { seed: Buffer.from(text.trim(), 'hex') };
}

/** Of another key of the trail than the one that signs (../sealing/log-key.ts); null where there is no such file. @throws AppError KEY_UNREAD */
export function readOtherSeed(origin: string, name: string): Buffer | null {
  const opened = openSeedFile(name);
  if ('seed' in opened) return opened.seed;
  if (opened.isMissing) return null;
  throw unreadable(origin, opened);
}

/** Null where there is a key. */
export function seedFault(origin: string): string | null {
  const opened = openSeed(origin);
  return 'fault' in opened ? opened.fault : null;
}

/** Whether there is no such file; one that says nothing is there. */
export function isSeedMissing(origin: string): boolean {
  const opened = openSeed(origin);
  return 'fault' in opened && opened.isMissing;
}

/** @throws AppError KEY_MISSING, KEY_UNREAD where it is damaged or cannot be read */
export function readSeed(origin: string): Buffer {
  const opened = openSeed(origin);
  if ('seed' in opened) return opened.seed;
  throw unreadable(origin, opened);
}

const unreadable = (origin: string, { fault, isMissing }: { fault: string; isMissing: boolean }) =>
  new AppError(isMissing ? 'KEY_MISSING' : 'KEY_UNREAD', { hint: `${origin}: ${fault}. ${refusalAdvice(fault, aliasOf(origin))}` });

/** The seed of a new trail, made once. Where a trail of this name has signed, one that is missing is never made anew. @throws AppError KEY_MISSING, KEY_UNREAD */
export function ensureSeed(origin: string): Buffer {
  return isSeedMissing(origin) && !hasSigned(origin) ? ensureSecret(nameOf(origin), SEED_BYTES) : readSeed(origin);
}

/** Whether anything lies here of a trail, read or not. One of which neither key nor guard nor note does was made in no home like this, whatever the database names. */
export const isMadeHere = (origin: string): boolean =>
  isKeyFileThere(nameOf(origin)) !== false || isKeyFileThere(`${aliasOf(origin)}.guard`) !== false || hasNote(origin);

/** By what lies outside the database; of a guard that says nothing nobody can say that it has not. */
export function hasSigned(origin: string): boolean {
  const guard = readGuard(origin);
  if (guard !== 'missing' && guard?.size !== 0) return true;
  return hasNote(origin);
}

/** The newest one: ../sealing/checkpoint-file.ts. Where nobody can look, as in a closed folder, nobody can say that there is none; a name that can be none has none. */
function hasNote(origin: string): boolean {
  const alias = aliasOf(origin);
  if (path.basename(alias) !== alias) return false;
  try {
    return fs.lstatSync(path.join(home(), 'checkpoints', alias), { throwIfNoEntry: false }) !== undefined;
  } catch (err) {
    return (err as NodeJS.ErrnoException).code !== 'ENAMETOOLONG';
  }
}
