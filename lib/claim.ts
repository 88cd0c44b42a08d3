import crypto from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createExclusively, readIfThere, replaceFile } from './files';
import { isRunning, type ProcessId, thisProcess } from './process';

/** What stands in a claimed file: who owns it, and what the owner says to others. */
export type Claimed<T> = ProcessId & T;

/**
 * Makes this process the owner of a file, or answers who owns it. An owner that no longer runs (kill -9, power cut) is followed at once.
 *
 * Of several followers exactly one wins. Unlinking a dead owner's file would not do: the second could unlink what the first has just made. So only the owner of a
 * gate, a file whose name comes from the dead owner's very text, may replace that text, and it looks again once it has the gate. A gate is claimed like any other file,
 * so a follower killed right then is followed in the same way.
 * @returns null when the file is ours
 */
export async function claimFile<T extends object>(file: string, words: T): Promise<Claimed<T> | null> {
  const ours = claimText(words);
  for (;;) {
    if (createExclusively(file, ours)) return null;
    const text = readIfThere(file);
    if (text !== null) {
      const owner = parseClaim<T>(text);
      if (owner && isRunning(owner)) return owner;
      if (await follow(file, text, ours)) return null;
    }
    await sleep(20);
  }
}

/** The living owner of a file, or null. */
export function readClaim<T extends object>(file: string): Claimed<T> | null {
  const owner = parseClaim<T>(readIfThere(file) ?? '');
  return owner && isRunning(owner) ? owner : null;
}

/** Says something else to others. Only the owner may: it runs, so nobody else writes the file. */
export function updateClaim<T extends object>(file: string, words: T) {
  replaceFile(file, claimText(words));
}

export function releaseClaim(file: string) {
  const owner = parseClaim(readIfThere(file) ?? '');
  if (owner?.pid === process.pid && isRunning(owner)) fs.rmSync(file, { force: true });
}

async function follow(file: string, text: string, ours: string): Promise<boolean> {
  const gate = `${file}.${crypto.createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  if (await claimFile(gate, {})) return false; // another is at it
  try {
    if (readIfThere(file) !== text) return false;
    replaceFile(file, ours);
    return true;
  } finally {
    fs.rmSync(gate, { force: true });
  }
}

const claimText = (words: object) => `${JSON.stringify({ ...thisProcess(), ...words }, null, 2)}\n`;

function parseClaim<T extends object>(text: string): Claimed<T> | null {
  try {
    const value = JSON.parse(text);
    return typeof value?.pid === 'number' && typeof value?.start === 'string' ? value : null;
  } catch {
    return null; // no claim of ours: whoever wrote it does not hold it
  }
}
