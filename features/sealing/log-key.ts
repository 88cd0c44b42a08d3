// The keys that sign for a trail, from their files and never from the database (SPEC §6). The names of trails hold no dot.
//
//   keys/<alias>.key            signs
//   keys/<alias>.next.key       a rotation is under way: the next checkpoint that covers its act is signed by both
//   keys/<alias>.<key id>.key   signed before; kept, so that the notes of its time can be verified
//
import fs from 'node:fs';
import { isSameKey } from '@/core/checkpoint';
import { type LogKey, makeLogKey, parseVkey, type Vkey, vkeyOf } from '@/core/vkey';
import { keepFile, moveFile } from '@/lib/files';
import { ensureSecret, homeFolder, secretFile } from '@/lib/home';
import { aliasOf } from '../trail/epoch-name';
import { readOtherSeed, readSeed } from '../trail/log-seed';

/** The key that signs for a trail. @throws AppError KEY_MISSING, KEY_UNREAD */
export const logKeyOf = (origin: string): LogKey => makeLogKey(readSeed(origin));

export const vkeyTextOf = (origin: string): string => vkeyOf(origin, logKeyOf(origin).publicKey);

export const ownVkey = (origin: string): Vkey => parseVkey(vkeyTextOf(origin)) as Vkey;

/**
 * Every key of the trail on this machine, the one that signs now first: what is trusted here, for notes of all ages. Read after the notes. In this order, a rotation that
 * goes on meanwhile hides none.
 */
export function ownVkeys(origin: string): Vkey[] {
  const next = nextKeyOf(origin);
  const keys = [logKeyOf(origin), ...(next === null ? [] : [next]), ...retiredKeys(origin)];
  const vkeys = keys.map((key) => parseVkey(vkeyOf(origin, key.publicKey)) as Vkey);
  return vkeys.filter((vkey, i) => vkeys.findIndex((other) => isSameKey(vkey, other)) === i);
}

function retiredKeys(origin: string): LogKey[] {
  const isKept = ([alias, keyId = '', end, ...more]: string[]) =>
    alias === aliasOf(origin) && /^[0-9a-f]{8}$/.test(keyId) && end === 'key' && more.length === 0;
  const names = fs.readdirSync(homeFolder('keys')).filter((name) => isKept(name.split('.')));
  return names.flatMap((name) => readOtherSeed(origin, name) ?? []).map(makeLogKey);
}

/** The key that takes over, while a rotation is under way. */
export function nextKeyOf(origin: string): LogKey | null {
  const seed = readOtherSeed(origin, nextName(origin));
  return seed && makeLogKey(seed);
}

/** Made exclusively, 0600 and on disk when it returns; one that is there already stays. */
export const ensureNextKey = (origin: string): LogKey => makeLogKey(ensureSecret(nextName(origin), 32));

/** The next key becomes the one that signs, the old one's file is kept under its key id. A kill in between leaves what the same call finishes. */
export function switchKey(origin: string): void {
  const [file, old] = [secretFile(`${aliasOf(origin)}.key`), ownVkey(origin)];
  keepFile(file, secretFile(`${aliasOf(origin)}.${old.keyId}.key`));
  moveFile(secretFile(nextName(origin)), file);
}

const nextName = (origin: string) => `${aliasOf(origin)}.next.key`;
