// keys/<alias>.refused: why the signer refuses, and since when; nothing is appended while it stands.
//
//   {"since": …, "reason": …, "known": [{"nextSeq": …, "lastHash": hex}, …], "isFull": true}
//
// `known`: what the processes that refused knew to be appended, each its own: two histories of one trail may have been acknowledged, and the longer one does not hold the other.
import fs from 'node:fs';
import { z } from 'zod';
import { replaceFile } from '@/lib/files';
import { secretFile } from '@/lib/home';
import { log } from '@/lib/log';
import { type Appended, appendedList, distinct, isSameAppended } from './appended';
import { aliasOf, readKeyFile } from './key-files';

/** A process that appended has one marker of a trail, and none moves while the trail refuses: more are of more processes than anybody runs at once. */
export const KNOWN_AT_MOST = 16;

const refusal = z.object({ since: z.string(), reason: z.string(), known: appendedList.optional(), isFull: z.literal(true).optional() });

/**
 * `since` 27 characters, `reason` a sentence for people. `known`: what the processes that refused knew to be appended; whoever looks later, with no memory of that, must find all of
 * it. `isFull`: there were more than the file takes, which the log names: it ends by a person alone (adopt-guard.ts).
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
export const readRefusal = (origin: string): Refusal | null => readKept(origin) ?? unwritten().get(nameOf(origin)) ?? null;

const nameOf = (origin: string) => `${aliasOf(origin)}.refused`;

const unreadReason = (name: string, code: string) =>
  code === 'SECRET_NAME' ? 'no trail of such a name is made here: somebody wrote its row' : `the file keys/${name} cannot be read (${code})`;

function readKept(origin: string): Refusal | null {
  const text = readKeyFile(nameOf(origin));
  if (text === null) return null;
  if (typeof text !== 'string') return { since: '', reason: unreadReason(nameOf(origin), text.code), isUnread: true };
  try {
    return refusal.parse(JSON.parse(text));
  } catch {
    return { since: '', reason: 'the file that says why is damaged' };
  }
}

/**
 * The same reason again stands since it stood first, and what was known once stays known, beside what this one knows. Where the file cannot be written the refusal holds in this
 * process, and the next one tries to write it again.
 */
export function writeRefusal(origin: string, refused: Refusal): void {
  const name = nameOf(origin);
  const [kept, held] = [readKept(origin), unwritten().get(name)];
  const since = [kept, held].find((one) => one?.reason === refused.reason)?.since || refused.since;
  const all = distinct([kept, held, refused].flatMap((one) => one?.known ?? []));
  const [known, over] = [all.slice(0, KNOWN_AT_MOST), all.slice(KNOWN_AT_MOST)];
  const isFull = over.length > 0 || kept?.isFull || held?.isFull;
  const told: Refusal = { since, reason: refused.reason, ...(known.length > 0 && { known }), ...(isFull && { isFull }) };
  sayOver(origin, over);
  if (kept?.isUnread ? held && isSame(held, told) : kept && isSame(kept, told)) return;
  unwritten().set(name, told); // first: it holds whatever becomes of the file
  if (kept?.isUnread) return; // what it knows must not be written over
  save(origin, told, held?.reason !== told.reason);
}

// Each once in a process.
const said = new Set<string>();

function sayOver(origin: string, over: readonly Appended[]): void {
  for (const known of over) {
    const one = `${origin} ${known.nextSeq} ${known.lastHash}`;
    if (!said.has(one)) log.error({ origin, known }, 'more is known to be appended than the file of a refusal takes: it ends by a person alone (guard adopt)');
    said.add(one);
  }
}

function save(origin: string, told: Refusal, isToBeSaid: boolean): void {
  try {
    replaceFile(secretFile(nameOf(origin)), `${JSON.stringify(told, null, 2)}\n`);
    unwritten().delete(nameOf(origin));
  } catch (err) {
    if (isToBeSaid) log.error({ err, origin }, 'a refusal could not be written beside the key: it holds in this process alone, until it can be');
  }
}

const isSame = (a: Refusal, b: Refusal): boolean => {
  const [one, other]: readonly Appended[][] = [a.known ?? [], b.known ?? []];
  return a.reason === b.reason && a.isFull === b.isFull && one?.length === other?.length && !!one?.every((x) => other?.some((y) => isSameAppended(x, y)));
};

/** @param seen the refusal whose reason was looked for and not found: one that has been written since stays */
export function clearRefusal(origin: string, seen = readRefusal(origin)): void {
  const now = readRefusal(origin);
  if (now === null || seen === null || !isSame(now, seen)) return;
  unwritten().delete(nameOf(origin));
  fs.rmSync(secretFile(nameOf(origin)), { force: true });
}

/** A person has taken what lies in the database for the history: what the file had no room for binds no longer by it. Who remembers that refuses anew, and has it written. */
export function emptyRefusal(origin: string): void {
  const refused = readRefusal(origin);
  if (!refused?.isFull) return;
  const { isFull: _, ...rest } = refused;
  unwritten().delete(nameOf(origin));
  save(origin, rest, true);
}
