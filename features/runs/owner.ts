import crypto from 'node:crypto';
import os from 'node:os';
import { isRunning, thisProcess } from '@/lib/process';

/**
 * Who drives a run, as kept in `run.owner`: a runner of the web server, which may take over from another, or a command, whose files and terminal are its own.
 * The nonce tells two runners of one process apart.
 */
export function makeOwner(role: 'server' | 'command'): string {
  return JSON.stringify({ role, host: os.hostname(), ...thisProcess(), nonce: crypto.randomBytes(6).toString('hex') });
}

/** SQL's LIKE for the runs that a web server began. */
export const SERVER_OWNER = '{"role":"server"%';

/** True where the process surely runs no more: on this machine, and gone. Of others only their silence tells. */
export function isGone(owner: string): boolean {
  try {
    const { host, pid, start } = JSON.parse(owner);
    return host === os.hostname() && !isRunning({ pid, start });
  } catch {
    return false;
  }
}
