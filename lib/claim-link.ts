import fs from 'node:fs';
import { isRunning, type ProcessId, thisProcess } from './process';

/**
 * Makes this process the owner of a name where a full disk has no room for a claim (claim.ts): a symbolic link whose target says whose it is takes no block. Of several processes one
 * makes it; an owner that no longer runs is followed.
 * @returns whether it is ours
 * @throws ENOSPC where there is no room for a name either
 */
export function claimLink(link: string): boolean {
  const ours = textOf(thisProcess());
  for (let tries = 0; tries < 3; tries++) {
    try {
      fs.symlinkSync(ours, link);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const text = readLink(link);
    if (text === null) continue; // released meanwhile
    if (isRunning(ownerOf(text))) return false;
    // of several followers one takes it aside; who gets one that was made meanwhile puts it back
    const aside = `${link}.${process.pid}`;
    try {
      fs.renameSync(link, aside);
    } catch {
      continue;
    }
    if (readLink(aside) !== text) {
      fs.renameSync(aside, link);
      return false;
    }
    fs.rmSync(aside, { force: true });
  }
  return false;
}

/** Whether a process that runs has it. */
export function isLinkHeld(link: string): boolean {
  const text = readLink(link);
  return text !== null && isRunning(ownerOf(text));
}

export function releaseLink(link: string): void {
  if (readLink(link) === textOf(thisProcess())) fs.rmSync(link, { force: true });
}

const textOf = ({ pid, start }: ProcessId) => `${pid} ${start}`;

function ownerOf(text: string): ProcessId {
  const [pid = '', ...start] = text.split(' ');
  return { pid: Number(pid), start: start.join(' ') };
}

function readLink(link: string): string | null {
  try {
    return fs.readlinkSync(link);
  } catch {
    return null;
  }
}
