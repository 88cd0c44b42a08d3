// What was signed last, beside a trail's key and outside the database (SPEC §6).
//
//   keys/<alias>.guard     audit-guard/v1, origin, size, root: fsynced before a signature is released
//   keys/<alias>.moves     how far a long way to the head was gone since the last signature
//
import fs from 'node:fs';
import { emptyRoot } from '@/core/merkle';
import { type Guard, guardText, parseGuard } from '@/core/signer-guard';
import { createExclusively, readIfThere, replaceFile } from '@/lib/files';
import { homeFolder, secretFile } from '@/lib/home';
import { aliasOf } from './epoch-name';
import { readKeyFile } from './key-files';

const fileOf = (origin: string, kind: 'guard' | 'moves') => secretFile(`${aliasOf(origin)}.${kind}`);

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
    const text = readKeyFile(name);
    const guard = typeof text === 'string' ? parseGuard(text) : null;
    return guard && name === `${aliasOf(guard.origin)}.guard` ? [guard] : [];
  });
}

/** Why nothing is signed or appended without the file. Screens add what to do (refusal-words.ts). */
export const GUARD_MISSING = 'the guard file is missing: nobody can say what was signed last';

/** What judgeSignature takes: null for a file that is no guard, or cannot be read. That is never a trail that has none. */
export const readGuard = (origin: string): Guard | null | 'missing' => openGuard(origin).guard;

/** `reason`: why a guard that is there says nothing. `isUnread`: it cannot be read, now at least; else it is damaged. */
export type OpenedGuard = { guard: Guard | 'missing' } | { guard: null; reason: string; isUnread: boolean };

/** The guard, or why it says nothing, from one look at the file. */
export function openGuard(origin: string): OpenedGuard {
  const text = readKeyFile(`${aliasOf(origin)}.guard`);
  if (text === null) return { guard: 'missing' };
  if (typeof text !== 'string')
    return { guard: null, reason: `the guard file cannot be read (${text.code}): nobody can say what was signed last`, isUnread: true };
  const guard = parseGuard(text);
  return guard ? { guard } : { guard: null, reason: 'the guard file is damaged: it does not say what was signed last', isUnread: false };
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
