// keys/<alias>.refused: why the signer refuses, and since when; nothing is appended while it stands.
//
//   {"since": …, "reason": …}          earlier versions wrote "known" into it as well
//
// Beside it stands what the processes that refused knew to be appended, each its own (known-files.ts): two histories of one trail may have been acknowledged, and the longer one does
// not hold the other. Either alone is a refusal. Of two that write a reason at the same moment one stands, and it stands for both.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { z } from 'zod';
import { moveFile, readIfThere, replaceFile } from '@/lib/files';
import { homeFolder, secretFile } from '@/lib/home';
import { log } from '@/lib/log';
import { type Appended, appendedList, distinct } from './appended';
import { aliasOf } from './epoch-name';
import { readKeyFile, unreadReason } from './key-files';
import { forgetKnown, readKnown, writeKnown } from './known-files';

const written = z.strictObject({ since: z.string(), reason: z.string(), known: appendedList.optional() });

/** `since` 27 characters, `reason` a sentence for people. `known`: what whoever looks later, with no memory of that, must find all of. */
export type Refusal = { since: string; reason: string; known?: readonly Appended[] };

/**
 * As it was read. `unsure`: a file is there, and nobody can say what it knows: it cannot be read now (`unread`), or is none of ours any more (`damaged`). `seen`: what of it whoever
 * ends it takes away.
 */
export type StandingRefusal = Refusal & { unsure?: 'unread' | 'damaged'; seen: { text: string | null; files: readonly string[]; held: Refusal | undefined } };

// A refusal whose file could not be written, as on a full disk, holds in this process all the same; by file, in all its bundles.
const shared = globalThis as { indelibleRefusals?: Map<string, Refusal> };

const unwritten = (): Map<string, Refusal> => {
  shared.indelibleRefusals ??= new Map();
  return shared.indelibleRefusals;
};

const nameOf = (origin: string) => `${aliasOf(origin)}.refused`;

/** Why nothing is appended to a trail, from the files beside its key. Either file that cannot be read, or is damaged, is a refusal. */
export function readRefusal(origin: string): StandingRefusal | null {
  const [kept, named, held] = [readKept(origin), readKnown(origin), unwritten().get(nameOf(origin))];
  const { files, known: fromFiles } = 'fault' in named ? NOTHING_READ : named;
  const unread = 'fault' in named ? { since: '', reason: named.fault, unsure: 'unread' as const } : null;
  const first = kept?.unsure === 'unread' ? kept : (unread ?? kept ?? held ?? (files.length > 0 ? UNTOLD : null));
  if (first === null) return null;
  const { since, reason, unsure } = first as Kept;
  const known = distinct([kept, { known: fromFiles }, held].flatMap((one) => one?.known ?? []));
  return { since, reason, ...(known.length > 0 && { known }), ...(unsure && { unsure }), seen: { text: kept?.text ?? null, files, held } };
}

const NOTHING_READ = { files: [], known: [] };

/** Who wrote what it knew was killed before it could say why, or the reason was ended meanwhile and not this. */
const UNTOLD = { since: '', reason: 'a process refused, and nobody has looked yet whether all is there that it knew of' };

type Kept = Refusal & { unsure?: 'unread' | 'damaged'; text: string | null };

function readKept(origin: string): Kept | null {
  const name = nameOf(origin);
  const text = readKeyFile(name);
  if (text === null) return null;
  if (typeof text !== 'string') return { since: '', reason: unreadReason(name, text.code), unsure: 'unread', text: null };
  try {
    const { since, reason, known } = written.parse(JSON.parse(text));
    return { since, reason, ...(known && { known }), text };
  } catch {
    return { since: '', reason: `the file keys/${name} is damaged: nobody can say of which events it knew`, unsure: 'damaged', text };
  }
}

/**
 * The same reason again stands since it stood first, and what was known once stays known, beside what this one knows. What cannot be written holds in this process, and the next one
 * tries to write it again. A file that is unsure is not written over.
 */
export function writeRefusal(origin: string, refused: Refusal): void {
  const [name, held] = [nameOf(origin), unwritten().get(nameOf(origin))];
  const since = held?.reason === refused.reason ? held.since : refused.since;
  const known = distinct([...(held?.known ?? []), ...(refused.known ?? [])]);
  unwritten().set(name, { since, reason: refused.reason, ...(known.length > 0 && { known }) }); // first: it holds whatever becomes of the files
  try {
    for (const one of known) writeKnown(origin, one); // before the reason: by itself it is a refusal too
    writeReason(origin, since, refused.reason);
    unwritten().delete(name);
  } catch (err) {
    if (held?.reason !== refused.reason)
      log.error({ err, origin }, 'a refusal could not be written beside the key: it holds in this process alone, until it can be');
  }
}

function writeReason(origin: string, since: string, reason: string): void {
  const kept = readKept(origin);
  if (kept?.unsure || kept?.reason === reason) return;
  homeFolder('keys');
  replaceFile(secretFile(nameOf(origin)), `${JSON.stringify({ since, reason, ...(kept?.known && { known: kept.known }) }, null, 2)}\n`);
}

/** Under the sealing lock. @param found the refusal whose reason was looked for and not found: what has been written since stays */
export function clearRefusal(origin: string, found = readRefusal(origin)): void {
  if (found === null) return;
  const { text, files, held } = found.seen;
  forgetKnown(origin, files);
  const file = secretFile(nameOf(origin));
  if (text !== null && readIfThere(file) === text) fs.rmSync(file, { force: true }); // without the lock a reason is written behind what is known, which stays
  if (held && unwritten().get(nameOf(origin)) === held) unwritten().delete(nameOf(origin));
}

/** The SHA-256 of the file where it is damaged, hex; null where it is not. */
export const damagedRefusal = (origin: string): string | null => (readKept(origin)?.unsure === 'damaged' ? hashOf(origin) : null);

const hashOf = (origin: string): string =>
  crypto
    .createHash('sha256')
    .update(fs.readFileSync(secretFile(nameOf(origin))))
    .digest('hex');

/** A person has taken what lies in the database for the history (adopt-guard.ts): the damaged file binds no longer, and is kept under another name. */
export function putAside(origin: string, sha256: string): void {
  if (damagedRefusal(origin) === sha256) moveAside(origin, sha256);
}

const moveAside = (origin: string, sha256: string): void => moveFile(secretFile(nameOf(origin)), secretFile(`${nameOf(origin)}.${sha256.slice(0, 16)}`));

/** For a trail that is made now: a refusal that knows of no event, of a row that bore the name before, would close it for good. It is kept under another name. */
export function putUntoldAside(origin: string): void {
  const found = readRefusal(origin);
  if (found === null || found.unsure || found.known) return;
  log.warn({ origin, since: found.since, reason: found.reason }, 'a refusal of a row that bore the name before is put aside: the trail is made now');
  if (found.seen.text !== null) moveAside(origin, hashOf(origin));
  if (found.seen.held) unwritten().delete(nameOf(origin));
}
