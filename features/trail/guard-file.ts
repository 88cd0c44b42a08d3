// What stands beside a trail's key, outside the database (SPEC §6): what was signed last, and whether the signer refuses.
//
//   keys/<alias>.key       the seed                      made before event 0, with the guard
//   keys/<alias>.guard     audit-guard/v1, origin, size, root: fsynced before a signature is released
//   keys/<alias>.refused   why the signer refuses, and since when; nothing is appended while it stands
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

const fileOf = (origin: string, kind: 'guard' | 'refused' | 'moves') => secretFile(`${aliasOf(origin)}.${kind}`);

/** A new trail's guard: nothing was signed. One that is there already stays: it is that of an earlier trail of this name, whose history must not begin anew. */
export function ensureGuard(origin: string): void {
  homeFolder('keys');
  createExclusively(fileOf(origin, 'guard'), guardText({ origin, size: 0, root: emptyRoot() }));
}

/** Every guard that lies here, by whatever alias; a file that is none is left out: of which trail it is nobody can say. */
export function listGuards(): Guard[] {
  const files = fs.readdirSync(homeFolder('keys')).filter((name) => name.endsWith('.guard'));
  return files.sort().flatMap((name) => {
    const text = readIfThere(secretFile(name));
    const guard = text === null ? null : parseGuard(text);
    return guard && name === `${aliasOf(guard.origin)}.guard` ? [guard] : [];
  });
}

/** Why nothing is signed or appended without the file. Screens add what to do (refusal-words.ts). */
export const GUARD_MISSING = 'the guard file is missing: nobody can say what was signed last';

/** What judgeSignature takes: null for a file that is no guard. */
export function readGuard(origin: string): Guard | null | 'missing' {
  const text = readIfThere(fileOf(origin, 'guard'));
  return text === null ? 'missing' : parseGuard(text);
}

/** When the signer signed last, in ms of the clock of the files; null where nobody can say. */
export const signedAtMs = (origin: string): number | null => fs.statSync(fileOf(origin, 'guard'), { throwIfNoEntry: false })?.mtimeMs ?? null;

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
  const moved = fs.statSync(fileOf(origin, 'moves'), { throwIfNoEntry: false })?.mtimeMs ?? null;
  return signed === null || moved === null ? signed : Math.max(signed, moved);
}

/** On disk when it returns. For the signer alone, which holds the sealing lock. */
export const writeGuard = (guard: Guard): void => replaceFile(fileOf(guard.origin, 'guard'), guardText(guard));

const refusal = z.object({ since: z.string(), reason: z.string() });

/** `since` 27 characters, `reason` a sentence for people. */
export type Refusal = z.infer<typeof refusal>;

// A refusal whose file could not be written, as on a full disk, holds in this process all the same; by file, in all its bundles.
const shared = globalThis as { indelibleRefusals?: Map<string, Refusal> };

const unwritten = (): Map<string, Refusal> => {
  shared.indelibleRefusals ??= new Map();
  return shared.indelibleRefusals;
};

/** A file that cannot be read as a refusal is one all the same. */
export function readRefusal(origin: string): Refusal | null {
  const file = fileOf(origin, 'refused');
  return readKept(file) ?? unwritten().get(file) ?? null;
}

function readKept(file: string): Refusal | null {
  const text = readIfThere(file);
  if (text === null) return null;
  try {
    return refusal.parse(JSON.parse(text));
  } catch {
    return { since: '', reason: 'the file that says why is damaged' };
  }
}

/** The same reason again stands since it stood first. Where the file cannot be written the refusal holds in this process, and the next one tries to write it again. */
export function writeRefusal(origin: string, refused: Refusal): void {
  const file = fileOf(origin, 'refused');
  const [kept, known] = [readKept(file), unwritten().get(file)];
  if (kept?.reason === refused.reason) return;
  const told = known?.reason === refused.reason ? known : refused;
  unwritten().set(file, told); // first: it holds whatever becomes of the file
  try {
    replaceFile(file, `${JSON.stringify(told, null, 2)}\n`);
    unwritten().delete(file);
  } catch (err) {
    if (told !== known) log.error({ err, origin }, 'a refusal could not be written beside the key: it holds in this process alone, until it can be');
  }
}

export function clearRefusal(origin: string): void {
  const file = fileOf(origin, 'refused');
  unwritten().delete(file);
  fs.rmSync(file, { force: true });
}
