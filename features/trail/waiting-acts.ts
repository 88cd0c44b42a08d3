// SPEC §6: what happened while the trail took no event waits outside the database, one file an act, on disk before anybody is told that it happened.
//
//   waiting/<id>.json                                 a log-out
//   waiting/run-<number>.<action>.json                what a run did: one tried again has its latest verdict alone
//
// A row of the database is not believed of it: whoever rules the database would have his own verdicts recorded as ours.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { createFolder, readIfThere, replaceFile } from '@/lib/files';
import { home } from '@/lib/home';
import { log } from '@/lib/log';
import { uuidV7 } from './mutations/uuid-v7';

const waitingAct = z.object({
  v: z.literal(1),
  /** A UUID that stays the same however often the act is told. */
  id: z.uuid(),
  /** The trail that it goes into. */
  origin: z.string(),
  action: z.string(),
  /** 27 characters: when it happened. */
  occurredAt: z.string(),
  actor: z.union([z.literal('system'), z.object({ userId: z.string(), isAdmin: z.boolean().optional() })]),
  resourceType: z.string(),
  resourceId: z.string(),
  outcome: z.enum(['success', 'failure', 'denied']).optional(),
  details: z.record(z.string(), z.json()),
  /** The run that it is about, whose row must be there; `ended`: the row must have ended with this act, or the act says that it did not. */
  run: z.object({ id: z.number(), link: z.enum(['started', 'ended']) }).optional(),
});
export type WaitingAct = z.infer<typeof waitingAct>;

let made = 0;

/** An id for an act that may have to wait: later ones of this process sort behind, in the same millisecond too. */
export function newActId(): string {
  const random = crypto.randomBytes(10);
  random.writeUInt16BE(made++ & 0xfff, 0);
  return uuidV7(Date.now(), random);
}

const folder = () => path.join(home(), 'waiting');
const fileOf = (name: string) => path.join(folder(), `${name}.json`);
const nameOf = ({ id, action, run, details }: Pick<WaitingAct, 'id' | 'action' | 'run' | 'details'>) => {
  const number = run?.id ?? (action === 'import.finished' ? details.run : undefined);
  return number === undefined ? id : `run-${number}.${action}`;
};

/** On disk when it returns. */
export function keepWaiting(act: WaitingAct): void {
  createFolder(folder());
  replaceFile(fileOf(nameOf(act)), `${JSON.stringify(waitingAct.parse(act))}\n`);
}

/** The act is in its trail, or another has taken its place: one that stands under this name with another id stays. */
export function forgetWaiting(act: WaitingAct): void {
  if (readFile(nameOf(act))?.id === act.id) fs.rmSync(fileOf(nameOf(act)), { force: true });
}

/** Before a run ends: what an earlier try of it left, which came to no end, is not told. */
export const forgetEarlierTry = (runId: number, action: string): void => fs.rmSync(fileOf(`run-${runId}.${action}`), { force: true });

/** The act that a run waits with, or null. */
export const readWaiting = (runId: number, action: string): WaitingAct | null => readFile(`run-${runId}.${action}`);

/** Those that wait, in the order in which they happened. A file that is none of ours stays where it is, and is said in the log. */
export function listWaiting(): WaitingAct[] {
  const names = fs.existsSync(folder()) ? fs.readdirSync(folder()).filter((name) => name.endsWith('.json')) : [];
  const acts = names.flatMap((name) => readFile(name.slice(0, -'.json'.length)) ?? []);
  return acts.sort((a, b) => (a.occurredAt === b.occurredAt ? (a.id < b.id ? -1 : 1) : a.occurredAt < b.occurredAt ? -1 : 1));
}

const damaged = new Set<string>();

function readFile(name: string): WaitingAct | null {
  const text = readIfThere(fileOf(name));
  if (text === null) return null;
  try {
    return waitingAct.parse(JSON.parse(text));
  } catch (err) {
    if (!damaged.has(name)) log.error({ err, file: fileOf(name) }, 'an act that waits to be recorded cannot be read: look at the file, it stays where it is');
    damaged.add(name);
    return null;
  }
}
