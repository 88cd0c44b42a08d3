// What was found in a trail and nothing has made good since, kept outside the database: who rules that can take away the rows and the event that tell of it (SPEC §8).
//
//   found/<alias>.<run>.<ms>.json     one verdict, on disk before it is told; gone when a later run has looked for all of it (made-good.ts)
//
// Each is written by one process alone, so that none is lost between two. Another database gives the same numbers to other runs: a file belongs to a trail by its origin.
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Filter, parseFilter } from '@/core/filter';
import { isOfMonths } from '@/core/month-tallies';
import { createExclusively, createFolder, readIfThere, replaceFile } from '@/lib/files';
import { home } from '@/lib/home';
import { log } from '@/lib/log';
import { aliasOf } from './epoch-name';

const number = z.number();
const text = z.string().nullable();
const finding = z.object({ seq: number.nullable(), code: z.string(), expected: text, found: text });
const view = z.json().transform((json, context): Filter => {
  const parsed = parseFilter(json);
  if (parsed.ok) return parsed.filter;
  context.addIssue(parsed.reason);
  return z.NEVER;
});
const V = 1;
/** It may say what we do not know, and would be lost when we write it again. */
const newerRun = z.object({ v: z.number().gt(V) });
const foundRun = z.object({
  v: z.literal(V),
  origin: z.string(),
  runId: number,
  /** Of one resource alone. */
  isCheck: z.boolean(),
  schedule: text,
  /** 27 characters. */
  at: z.string(),
  /** The event that tells of it; null where none does yet. */
  seq: number.nullable(),
  from: number,
  to: number,
  isDeep: z.boolean(),
  counts: z.record(z.string(), number),
  /** The first of them. */
  findings: z.array(finding),
  /** The filters of which the screens showed something else: each is asked again. */
  views: z.array(view),
});

export type FoundRun = Omit<z.infer<typeof foundRun>, 'v'>;
export type FoundFile = FoundRun & { file: string };
/** Its place in the home; `isNewer`: a newer version than ours wrote it. */
export type UnreadFile = { file: string; isNewer: boolean };

/** The most characters that are kept of what stood on either side. */
export const FOUND_TEXT = 4_000;

const MOST_FINDINGS = 100; // enough to say what it was
const MOST_VIEWS = 128;
const MOST_FILES = 32;

const folder = () => path.join(home(), 'found');
const FILE_NAME = /^(.+)\.(\d{1,16})\.(\d{1,16})\.json$/;

/**
 * What there is of a trail. `found`: the oldest first. `unread`: what cannot be read. `isClosed`: the folder cannot be read, and nobody knows whether there is
 * anything. All of it stays where it is, and is said in the log, on every page and by every command. All of one look: what could not be read may be read the next moment.
 */
export function lookAtFound(origin: string): { found: FoundFile[]; unread: UnreadFile[]; isClosed: boolean } {
  const names = fileNames(origin);
  if (names === null) return { found: [], unread: [], isClosed: true };
  dropGone(aliasOf(origin), names);
  const all = names.map((name) => [name, readFile(path.join(folder(), name))] as const);
  const found = all.flatMap(([, one]) => (one === null || isUnread(one) || one.origin !== origin ? [] : [one]));
  return {
    found: found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.runId - b.runId)),
    unread: all.flatMap(([name, one]) => (one !== null && isUnread(one) ? [{ file: `found/${name}`, isNewer: one === 'newer' }] : [])),
    isClosed: false,
  };
}

const isUnread = (one: FoundFile | Unread): one is Unread => typeof one === 'string';

export const listFound = (origin: string): FoundFile[] => lookAtFound(origin).found;

/**
 * On disk when it returns. Where there are many of a trail the two oldest of which one can ask for all that both ask for become one.
 * @returns null where it could not be written, as on a full disk: a verdict stands by its rows and its event then, and it is said in the log
 */
export function keepFound(found: FoundRun): FoundFile | null {
  try {
    const kept = write(found);
    joinOldest(found.origin);
    return kept;
  } catch (err) {
    log.warn({ err, runId: found.runId, origin: found.origin }, 'what was found could not be kept beside the database: it stands by its row and its event');
    return null;
  }
}

function joinOldest(origin: string): void {
  const all = listFound(origin);
  if (all.length <= MOST_FILES) return;
  try {
    // the newest is still to be told of
    for (let i = 1; i < all.length - 1; i++) {
      const pair = [all[i - 1] as FoundFile, all[i] as FoundFile] as const;
      const both = bothOf(...pair);
      if (both.views.filter(isDrawn).length > MOST_VIEWS) continue;
      write(both);
      forgetFound(pair);
      return;
    }
  } catch (err) {
    log.warn({ err, origin }, 'two of many files of what was found could not become one: both stay');
  }
}

/** The event that tells of it is there. */
export function noteFoundEvent({ file, ...found }: FoundFile, seq: number): void {
  try {
    replaceFile(file, textOf({ ...found, seq }));
  } catch (err) {
    log.warn({ err, file }, 'the event of what was found could not be noted beside the database: it stands all the same');
  }
}

/** A later run has looked for all of it. One that cannot be removed stays, and what it says with it. */
export function forgetFound(found: readonly FoundFile[]): void {
  for (const { file } of found) {
    try {
      fs.rmSync(file, { force: true });
    } catch (err) {
      log.warn({ err, file }, 'what was found is made good, and its file cannot be removed: it stands until it can');
    }
  }
}

/** Made by the server when it starts, so that a command of another user makes none that the server cannot write. On a full disk it is made by who finds something. */
export function ensureFoundFolder(): void {
  try {
    createFolder(folder());
  } catch (err) {
    log.warn({ err }, 'the folder of what is found could not be made yet');
  }
}

function write({ findings, views, ...found }: FoundRun): FoundFile {
  const alias = aliasOf(found.origin);
  if (path.basename(alias) !== alias || alias.startsWith('.')) throw new Error('no trail of such a name is made here: somebody wrote its row');
  const kept = {
    ...found,
    findings: findings.slice(0, MOST_FINDINGS).map((one) => ({ ...one, expected: cut(one.expected), found: cut(one.found) })),
    views: drawnFirst(views).slice(0, MOST_VIEWS),
    file: path.join(folder(), `${alias}.${found.runId}.${Date.now()}.json`),
  };
  createFolder(folder());
  const { file, ...said } = kept;
  createExclusively(file, textOf(said));
  return kept;
}

const textOf = (found: FoundRun) => `${JSON.stringify({ v: V, ...found })}\n`;
const cut = (said: string | null) => said?.slice(0, FOUND_TEXT) ?? null;

/** For where not all have room: every run asks for each month, whether it is told to or not. Pure. */
export const drawnFirst = (views: readonly Filter[]): Filter[] => [...views.filter(isDrawn), ...views.filter(isOfMonths)];
const isDrawn = (view: Filter): boolean => !isOfMonths(view);

/** Asks for no less than either of them, as far as its filters fit. */
function bothOf(a: FoundRun, b: FoundRun): FoundRun {
  const counts = { ...a.counts };
  for (const [code, n] of Object.entries(b.counts)) counts[code] = Math.max(n, counts[code] ?? 0);
  return {
    ...b,
    runId: Math.max(a.runId, b.runId),
    isCheck: a.isCheck && b.isCheck,
    seq: a.seq === null || b.seq === null ? null : Math.max(a.seq, b.seq),
    from: Math.min(a.from, b.from),
    to: Math.max(a.to, b.to),
    isDeep: a.isDeep || b.isDeep,
    counts,
    findings: distinct([...b.findings, ...a.findings]),
    views: distinct([...a.views, ...b.views]),
  };
}

const distinct = <T>(all: readonly T[]): T[] => [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];

/** Null: the folder cannot be read. */
function fileNames(origin: string): string[] | null {
  try {
    return fs.readdirSync(folder()).filter((name) => FILE_NAME.exec(name)?.[1] === aliasOf(origin));
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return [];
    say(folder(), err, 'the folder of what was found cannot be read: whether there is anything cannot be said');
    return null;
  }
}

// as each was when it was read: every page asks for them
type Unread = 'unread' | 'newer';
const read = new Map<string, { as: string; found: FoundFile | Unread }>();

/** Null: it is gone. */
function readFile(file: string): FoundFile | Unread | null {
  const as = stateOf(file);
  if (as === null) {
    read.delete(file);
    return null;
  }
  const before = read.get(file);
  if (before?.as === as) return before.found;
  try {
    const text = readIfThere(file);
    if (text === null) return null;
    const found = parseText(file, text);
    read.set(file, { as, found });
    return found;
  } catch (err) {
    say(file, err);
    return 'unread'; // now: a disk or a process that has no more for us may have the next moment, and the file stays as it is
  }
}

/** Another process may have removed them. */
function dropGone(alias: string, names: readonly string[]): void {
  for (const file of read.keys()) {
    const name = path.basename(file);
    if (FILE_NAME.exec(name)?.[1] === alias && !names.includes(name)) read.delete(file);
  }
}

/** What changes with whatever is done to a file. */
function stateOf(file: string): string | null {
  try {
    const { ino, size, mtimeNs, ctimeNs } = fs.statSync(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch (err) {
    return (err as NodeJS.ErrnoException).code === 'ENOENT' ? null : `${err}`;
  }
}

function parseText(file: string, text: string): FoundFile | Unread {
  try {
    const json: unknown = JSON.parse(text);
    if (newerRun.safeParse(json).success) {
      say(file, null, `${UNREAD}; a newer version wrote it`);
      return 'newer';
    }
    const { v: _, ...found } = foundRun.parse(json);
    return { ...found, file };
  } catch (err) {
    say(file, err);
    return 'unread';
  }
}

const UNREAD = 'what was found in a trail cannot be read beside the database: it stands by its row and its event alone';
const said = new Set<string>();

/** Once a process. */
function say(file: string, err: unknown, words = UNREAD): void {
  if (!said.has(file)) log.error({ err, file }, words);
  said.add(file);
}
