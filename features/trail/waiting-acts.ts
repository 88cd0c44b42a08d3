// SPEC §6: what happened while the trail took no event waits outside the database, one file an act, on disk before anybody is told that it happened.
//
//   waiting/<n>.<id>.json      n: behind all that waited when it was written; the clock may be set back in between
//
// A file is never replaced. What a run did bears the run's key beside its number: another database gives the same numbers again, and its runs are others. A row of the database is
// not believed of what waits: whoever rules the database would have his own verdicts recorded as ours.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { OUTCOMES } from '@/core/draft';
import { normaliseTime } from '@/core/time';
import { createExclusively, createFolder } from '@/lib/files';
import { home } from '@/lib/home';
import { log } from '@/lib/log';
import { newestEpoch } from './epochs';
import { uuidV7 } from './mutations/uuid-v7';

const waitingAct = z.object({
  v: z.literal(1),
  /** A UUID that stays the same however often the act is told. */
  id: z.uuid(),
  /** The trail that it goes into. */
  origin: z.string(),
  action: z.string(),
  /** 27 characters: when it happened. */
  occurredAt: z.string().refine((text) => normaliseTime(text) === text, 'is no time'),
  actor: z.union([z.literal('system'), z.object({ userId: z.string(), isAdmin: z.boolean().optional() })]),
  resourceType: z.string(),
  resourceId: z.string(),
  outcome: z.enum(OUTCOMES).optional(),
  details: z.record(z.string(), z.json()),
  /**
   * The run that it is about, whose row must be there and bear the key (null: it was made past `createRun` and has none); `ended`: the row must have ended with this act, or the act says
   * that it did not.
   */
  run: z.object({ id: z.number(), key: z.string().nullable(), link: z.enum(['started', 'ended']) }).optional(),
});
export type WaitingAct = z.infer<typeof waitingAct>;

/**
 * Where it is told: in the epoch in which its trail goes on. A verdict is told in the trail that it is of, or in none: in another it would be that one's.
 */
export const destinationOf = ({ action, origin }: WaitingAct): string => (action === 'verification.finished' ? origin : newestEpoch(origin));

let made = 0;

/** An id for an act that may have to wait: later ones of this process sort behind, in the same millisecond too. */
export function newActId(): string {
  const random = crypto.randomBytes(10);
  random.writeUInt16BE(made++ & 0xfff, 0);
  return uuidV7(Date.now(), random);
}

const folder = () => path.join(home(), 'waiting');

/** On disk when it returns. One that waits already stays as it is. */
export function keepWaiting(act: WaitingAct): void {
  const text = `${JSON.stringify(waitingAct.parse(act))}\n`;
  createFolder(folder());
  const names = fileNames();
  if (names.some((name) => idOf(name) === act.id)) return;
  const place = 1 + names.reduce((last, name) => Math.max(last, placeOf(name)), 0);
  createExclusively(path.join(folder(), `${String(place).padStart(12, '0')}.${act.id}.json`), text);
}

/** The act is in its trail, or came to nothing. */
export function forgetWaiting({ id }: Pick<WaitingAct, 'id'>): void {
  for (const name of fileNames()) if (idOf(name) === id) fs.rmSync(path.join(folder(), name), { force: true });
}

/** Where an act waits, for the log; null where it waits no more. */
export function findWaiting({ id }: Pick<WaitingAct, 'id'>): string | null {
  const name = fileNames().find((name) => idOf(name) === id);
  return name === undefined ? null : path.join(folder(), name);
}

/**
 * What an earlier try of a run left, which came to no end, is not told: in the transaction that ends the run, once the row has shown that it is ours, so that who lost the run takes
 * nothing away. A try that found the trail broken is told all the same: whoever rules the rows could have the run made again when he has put them back.
 * @param kept the act with which the run ends, if it waits
 */
export function forgetEarlierTries(run: { id: number; key: string | null }, action: string, kept?: string): void {
  if (run.key === null) return;
  for (const act of listWaiting()) {
    const isEarlier = act.run?.link === 'ended' && act.run.id === run.id && act.run.key === run.key && act.action === action && act.id !== kept;
    if (isEarlier && act.details.state !== 'broken') forgetWaiting(act);
  }
}

/** The act of this id, or null. Never throws: the id may come from a row. */
export function readWaiting(id: string): WaitingAct | null {
  const name = fileNames().find((name) => idOf(name) === id);
  return name === undefined ? null : readFile(name);
}

/** Those that wait, in the order in which they were kept. A file that is none of ours, or cannot be read, stays where it is, and is said in the log. */
export const listWaiting = (): WaitingAct[] =>
  fileNames()
    .toSorted((a, b) => placeOf(a) - placeOf(b) || (idOf(a) < idOf(b) ? -1 : 1))
    .flatMap((name) => readFile(name) ?? []);

const FILE_NAME = /^(\d{1,15})\.([0-9a-f-]{36})\.json$/;
const placeOf = (name: string) => Number(FILE_NAME.exec(name)?.[1]);
const idOf = (name: string) => FILE_NAME.exec(name)?.[2] ?? '';

function fileNames(): string[] {
  try {
    return fs
      .readdirSync(folder())
      .filter((name) => FILE_NAME.test(name) || (name.endsWith('.json') && isSaid(name, new Error('its name is not <n>.<id>.json'))));
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ENOENT') isSaid('', err);
    return [];
  }
}

function readFile(name: string): WaitingAct | null {
  try {
    const act = waitingAct.parse(JSON.parse(fs.readFileSync(path.join(folder(), name), 'utf8')));
    if (act.id !== idOf(name)) throw new Error('its name bears another id');
    return act;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ENOENT') isSaid(name, err);
    return null;
  }
}

const damaged = new Set<string>();

/** Once a process. @returns false: it is passed over */
function isSaid(name: string, err: unknown): false {
  const file = path.join(folder(), name);
  if (!damaged.has(file)) log.error({ err, file }, 'an act that waits to be recorded cannot be read: look at the file, it stays where it is');
  damaged.add(file);
  return false;
}
