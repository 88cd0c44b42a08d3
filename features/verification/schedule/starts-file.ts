// keys/<alias>.starts: what became here of the starts that were drawn for a trail, outside the database. Rows say nothing of it: whoever rules them would have starts that no run stands for.
//
//   {"v": 1, "origin": …, "since": ms, "starts": {"nightly": [{"index": 20783, "tries": 0, "isSettled": true}, …], …}, "finished": {"nightly": {"run": 12, "at": …}, …}, "failed": […],
//    "again": ms, "begun": {"run": 12, …, "owner": {"pid": …, "start": …}}}
//
// Written by the process that held the state for a run and did it (scheduled-run.ts), one of a home and trail at a time: before it does it, and when it ended.
import 'server-only';
import { aliasOf } from '@/features/trail/epoch-name';
import { readOrSay, unreadReason } from '@/features/trail/key-files';
import { draw } from '@/lib/draw';
import { createExclusively, readIfThere, replaceFile } from '@/lib/files';
import { secretFile } from '@/lib/home';
import { log } from '@/lib/log';
import { isRunning, thisProcess } from '@/lib/process';
import { SERVER_ENDED } from './names';
import { type BegunStart, freshStarts, type Made, type StartEnd, type Starts, starts, withEnd } from './starts';

// What could not be written, as on a full disk, holds in this process all the same, over whatever others write meanwhile; by file, in all bundles of the process.
type Change = (kept: Starts) => Starts;
type Memory = { /** As it was read last. */ read: Starts | null; unwritten: Change[] };
const shared = globalThis as { indelibleStarts?: Map<string, Memory> };
function memoryOf(name: string): Memory {
  shared.indelibleStarts ??= new Map();
  const memory = shared.indelibleStarts.get(name) ?? { read: null, unwritten: [] };
  shared.indelibleStarts.set(name, memory);
  return memory;
}

/** `fault`: why the file says nothing now, in words; then `kept` is what this process remembers of it, or null. */
export type KeptStarts = { kept: Starts; fault: string | null } | { kept: null; fault: string };

const nameOf = (origin: string) => `${aliasOf(origin)}.starts`;

/** @param now ms since 1970: from when on the schedule is kept, where nothing is kept yet */
export function readStarts(origin: string, now: number): KeptStarts {
  const name = nameOf(origin);
  const memory = memoryOf(name);
  const text = readOrSay(name, readIfThere);
  const fault = text !== null && typeof text !== 'string' ? unreadReason(name, text.code) : null;
  if (fault === null) memory.read = parse(origin, text as string | null) ?? begin(origin, now, memory.read);
  if (memory.read === null) return { kept: null, fault: fault as string };
  return { kept: memory.unwritten.reduce((kept, change) => change(kept), memory.read), fault };
}

/** This process begins a run of the schedule: on disk when it returns, where the disk takes it. Under the claim of the trail. */
export function noteBegun(origin: string, now: number, made: Omit<BegunStart, 'owner'>): void {
  note(origin, now, (kept) => ({ ...kept, begun: { ...made, owner: thisProcess() } }));
}

/** It hands it back, and whoever goes on does so by its row. */
export function noteHandedBack(origin: string, now: number, run: number): void {
  note(origin, now, (kept) => (kept.begun?.run === run ? { ...kept, begun: null } : kept));
}

/** How a run of the schedule ended. @param isAtOnce one that failed may be followed by the next at once */
export function noteEnd(origin: string, now: number, made: Made, end: StartEnd, { isAtOnce = false } = {}): void {
  const wait = draw();
  note(origin, now, (kept) => ({ ...withEnd(kept, made, end, { now, wait }), ...(isAtOnce && { again: null }) }));
}

/**
 * A run that was begun here and whose process is gone without a word of its end is one that failed: what ended the server may have been the run. Under the claim of the trail.
 * @param isAtOnce it was taken up since, and came to its end
 * @returns whether its process is at it still, or it was noted now
 */
export function noteIfEnded(origin: string, now: number, { owner, ...made }: BegunStart, { isAtOnce = false } = {}): 'at it' | 'noted' {
  if (owner.pid !== process.pid && isRunning(owner)) return 'at it';
  noteEnd(origin, now, made, { failed: SERVER_ENDED }, { isAtOnce });
  return 'noted';
}

function note(origin: string, now: number, change: Change): void {
  const memory = memoryOf(nameOf(origin));
  memory.unwritten.push(change);
  try {
    const { kept, fault } = readStarts(origin, now);
    if (fault !== null) throw new Error(fault); // written over it would take with it what others wrote
    replaceFile(secretFile(nameOf(origin)), `${JSON.stringify(kept)}\n`);
    Object.assign(memory, { read: kept, unwritten: [] });
  } catch (err) {
    log.error({ err, origin }, 'what became of a run of the schedule could not be kept beside the key: it is known in this process alone');
  }
}

function begin(origin: string, now: number, remembered: Starts | null): Starts {
  const file = secretFile(nameOf(origin));
  const fresh = freshStarts(origin, now);
  try {
    if (createExclusively(file, `${JSON.stringify(fresh)}\n`)) return fresh;
  } catch (err) {
    sayOnce(`${file} unmade`, { err, origin }, 'the file of the schedule could not be made beside the key');
    return remembered ?? fresh;
  }
  const text = readOrSay(nameOf(origin), readIfThere);
  return (typeof text === 'string' ? parse(origin, text) : null) ?? { ...fresh, since: 0 }; // damaged: everything is due
}

/** A file that says nothing, or is another trail's, counts for nothing: what is due is made, and the file written anew. */
function parse(origin: string, text: string | null): Starts | null {
  if (text === null) return null;
  try {
    const kept = starts.parse(JSON.parse(text));
    if (kept.origin === origin) return kept;
    sayOnce(`${origin} foreign`, { origin, found: kept.origin }, 'the file of the schedule is that of another trail: what is due is made');
  } catch (err) {
    sayOnce(`${origin} damaged`, { err, origin }, 'the file of the schedule is damaged: what is due is made');
  }
  return null;
}

const said = new Set<string>();
function sayOnce(what: string, about: object, words: string): void {
  if (!said.has(what)) log.error(about, words);
  said.add(what);
}
