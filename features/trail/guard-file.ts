// What stands beside a trail's key, outside the database (SPEC §6): what was signed last, and whether the signer refuses.
//
//   keys/<alias>.key       the seed                      made before event 0, with the guard
//   keys/<alias>.guard     audit-guard/v1, origin, size, root: fsynced before a signature is released
//   keys/<alias>.refused   why the signer refuses, and since when, and what the process that refused knew to be appended; nothing is appended while it stands
//   keys/<alias>.lost      what was appended and is gone, where a person has taken that for the history (guard adopt)
//   keys/<alias>.moves     how far a long way to the head was gone since the last signature
//
import fs from 'node:fs';
import { z } from 'zod';
import { emptyRoot } from '@/core/merkle';
import { type Guard, guardText, parseGuard } from '@/core/signer-guard';
import { createExclusively, readIfThere, replaceFile } from '@/lib/files';
import { homeFolder, secretFile } from '@/lib/home';
import { log } from '@/lib/log';

/** The alias is the origin's end: `audit.example.com/main` → `main`. Key files bear it, as no name of a file holds a slash. */
export const aliasOf = (origin: string): string => origin.slice(origin.indexOf('/') + 1);

const fileOf = (origin: string, kind: 'guard' | 'refused' | 'lost' | 'moves') => secretFile(`${aliasOf(origin)}.${kind}`);

/** A new trail's guard: nothing was signed. One that is there already stays: it is that of an earlier trail of this name, whose history must not begin anew. */
export function ensureGuard(origin: string): void {
  homeFolder('keys');
  createExclusively(fileOf(origin, 'guard'), guardText({ origin, size: 0, root: emptyRoot() }));
}

/**
 * Every guard that lies here, by whatever alias; a file that is none is left out: of which trail it is nobody can say. One that cannot be read keeps no other from being
 * looked at: it is said in the log, and its own trail refuses.
 */
export function listGuards(): Guard[] {
  const files = fs.readdirSync(homeFolder('keys')).filter((name) => name.endsWith('.guard'));
  return files.sort().flatMap((name) => {
    const text = readOrSay(name);
    const guard = typeof text === 'string' ? parseGuard(text) : null;
    return guard && name === `${aliasOf(guard.origin)}.guard` ? [guard] : [];
  });
}

/** Why nothing is signed or appended without the file. Screens add what to do (refusal-words.ts). */
export const GUARD_MISSING = 'the guard file is missing: nobody can say what was signed last';

/** What judgeSignature takes: null for a file that is no guard, or cannot be read. That is never a trail that has none. */
export function readGuard(origin: string): Guard | null | 'missing' {
  const text = readOrSay(`${aliasOf(origin)}.guard`);
  if (text === null) return 'missing';
  return typeof text === 'string' ? parseGuard(text) : null;
}

/** Why a guard that is there says nothing. */
export const guardFault = (origin: string): string => guardUnread(origin) ?? 'the guard file is damaged: it does not say what was signed last';

/** Why the guard that is there cannot be read; null where there is none, or it can be. */
export function guardUnread(origin: string): string | null {
  const text = readOrSay(`${aliasOf(origin)}.guard`);
  return text === null || typeof text === 'string' ? null : `the guard file cannot be read (${text.code}): nobody can say what was signed last`;
}

// Told once in each process, until it can be read again: the sealer looks twice a second.
const unreadable = new Set<string>();

/** The text of a file of keys/, null where there is none. A file that cannot be read, or whose name can be none, concerns its own trail and is no fault of who looks at all of them. */
function readOrSay(name: string): string | null | { code: string } {
  try {
    const text = readIfThere(secretFile(name));
    unreadable.delete(name);
    return text;
  } catch (err) {
    if (!unreadable.has(name)) log.error({ err, file: `keys/${name}` }, 'a file beside a key cannot be read: its trail refuses');
    unreadable.add(name);
    return { code: (err as NodeJS.ErrnoException).code ?? 'unknown' };
  }
}

/** When the signer signed last, in ms of the clock of the files; null where nobody can say. */
export const signedAtMs = (origin: string): number | null => writtenAtMs(origin, 'guard');

function writtenAtMs(origin: string, kind: 'guard' | 'moves'): number | null {
  try {
    return fs.statSync(fileOf(origin, kind), { throwIfNoEntry: false })?.mtimeMs ?? null;
  } catch {
    return null;
  }
}

/** How far a long way to the head was gone: the events that were read and, at the head, the batches of tiles that were stored. */
export type Way = { read: number; stored: number };

/**
 * A long way to the head is being gone: nothing can be signed on it, and nothing is stuck. Noted only where it was never reached since the last signature, or a way that fails at the
 * same place each time would look like one that comes on. For the signer alone; others read it by `sealerMovedAtMs`.
 * @param from how many events are signed: a signature begins the note anew
 */
export function noteSealerMoves(origin: string, from: number, { read, stored }: Way): void {
  const file = fileOf(origin, 'moves');
  try {
    const known = parseWay(readIfThere(file), from);
    if (known && read <= known.read && stored <= known.stored) return;
    fs.writeFileSync(file, `${from} ${Math.max(read, known?.read ?? 0)} ${Math.max(stored, known?.stored ?? 0)}\n`);
  } catch {
    // a full disk: the wait is told as one
  }
}

/** For a process that begins: it goes the way anew, and where it comes further than in any other try is not the question yet. */
export const forgetSealerMoves = (origin: string): void => fs.rmSync(fileOf(origin, 'moves'), { force: true });

function parseWay(text: string | null, from: number): Way | null {
  const [, signed, read, stored] = /^(\d+) (\d+) (\d+)\n$/.exec(text ?? '') ?? [];
  return signed !== undefined && Number(signed) === from ? { read: Number(read), stored: Number(stored) } : null;
}

/** When the signer signed last, or came further on its way to the head than ever since, in ms of the clock of the files; null where nobody can say. */
export function sealerMovedAtMs(origin: string): number | null {
  const signed = signedAtMs(origin);
  const moved = writtenAtMs(origin, 'moves');
  return signed === null || moved === null ? signed : Math.max(signed, moved);
}

/** On disk when it returns. For the signer alone, which holds the sealing lock. */
export const writeGuard = (guard: Guard): void => replaceFile(fileOf(guard.origin, 'guard'), guardText(guard));

export const appended = z.object({ nextSeq: z.number().int().nonnegative(), lastHash: z.string().regex(/^[0-9a-f]{64}$/) });

/** How far a trail was appended to and acknowledged: the events, and the event_hash of the last, hex. */
export type Appended = z.infer<typeof appended>;

const refusal = z.object({ since: z.string(), reason: z.string(), known: appended.optional() });

/**
 * `since` 27 characters, `reason` a sentence for people. `known`: what the process that refused knew to be appended; whoever looks later, with no memory of that, must find it.
 * `isUnread`: the file is there and cannot be read; what it knows nobody can say.
 */
export type Refusal = z.infer<typeof refusal> & { isUnread?: true };

// A refusal whose file could not be written, as on a full disk, holds in this process all the same; by file, in all its bundles.
const shared = globalThis as { indelibleRefusals?: Map<string, Refusal> };

const unwritten = (): Map<string, Refusal> => {
  shared.indelibleRefusals ??= new Map();
  return shared.indelibleRefusals;
};

/** A file that cannot be read as a refusal is one all the same. */
export const readRefusal = (origin: string): Refusal | null => readKept(origin) ?? unwritten().get(refusedName(origin)) ?? null;

const refusedName = (origin: string) => `${aliasOf(origin)}.refused`;

const unreadReason = (name: string, code: string) =>
  code === 'SECRET_NAME' ? 'no trail of such a name is made here: somebody wrote its row' : `the file keys/${name} cannot be read (${code})`;

function readKept(origin: string): Refusal | null {
  const text = readOrSay(refusedName(origin));
  if (text === null) return null;
  if (typeof text !== 'string') return { since: '', reason: unreadReason(refusedName(origin), text.code), isUnread: true };
  try {
    return refusal.parse(JSON.parse(text));
  } catch {
    return { since: '', reason: 'the file that says why is damaged' };
  }
}

/**
 * The same reason again stands since it stood first, and what was known once stays known. Where the file cannot be written the refusal holds in this process, and the next one tries
 * to write it again.
 */
export function writeRefusal(origin: string, refused: Refusal): void {
  const name = refusedName(origin);
  const [kept, held] = [readKept(origin), unwritten().get(name)];
  const since = [kept, held].find((one) => one?.reason === refused.reason)?.since || refused.since;
  const known = furthest([kept?.known, held?.known, refused.known]);
  const told: Refusal = { since, reason: refused.reason, ...(known && { known }) };
  if (kept?.isUnread ? held?.reason === told.reason : isSame(kept, told)) return;
  unwritten().set(name, told); // first: it holds whatever becomes of the file
  if (kept?.isUnread) return; // what it knows must not be written over
  try {
    replaceFile(fileOf(origin, 'refused'), `${JSON.stringify(told, null, 2)}\n`);
    unwritten().delete(name);
  } catch (err) {
    if (held?.reason !== told.reason)
      log.error({ err, origin }, 'a refusal could not be written beside the key: it holds in this process alone, until it can be');
  }
}

const furthest = (all: (Appended | undefined)[]): Appended | undefined => all.reduce((a, b) => (a && b && b.nextSeq <= a.nextSeq ? a : (b ?? a)), undefined);

const isSame = (a: Refusal | null, b: Refusal): boolean =>
  a?.reason === b.reason && a.known?.nextSeq === b.known?.nextSeq && a.known?.lastHash === b.known?.lastHash;

/** @param seen the refusal whose reason was looked for and not found: one that has been written since stays */
export function clearRefusal(origin: string, seen = readRefusal(origin)): void {
  const now = readRefusal(origin);
  if (now === null || seen === null || !isSame(now, seen)) return;
  unwritten().delete(refusedName(origin));
  fs.rmSync(fileOf(origin, 'refused'), { force: true });
}

/** A person has taken what lies in the database for the history, without these events: who remembers them is to forget them. On disk when it returns. */
export const writeLost = (origin: string, lost: Appended): void => replaceFile(fileOf(origin, 'lost'), `${JSON.stringify(lost)}\n`);

export function isGivenUp(origin: string, { nextSeq, lastHash }: Appended): boolean {
  const text = readOrSay(`${aliasOf(origin)}.lost`);
  try {
    const lost = typeof text === 'string' ? appended.parse(JSON.parse(text)) : null;
    return lost?.nextSeq === nextSeq && lost.lastHash === lastHash;
  } catch {
    return false; // damaged: it gives nothing up
  }
}
