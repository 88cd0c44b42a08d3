import { setTimeout as sleep } from 'node:timers/promises';
import { claimFile, releaseClaim } from '@/lib/claim';
import { homeFolder, secretFile } from '@/lib/home';
import { aliasOf } from '../trail/epoch-name';

const WAIT_MS = 50;
const inProcess = new Map<string, Promise<unknown>>();

/**
 * One sealer of a trail at a time on this host, among all its processes; the lock of one that was killed is taken over at once. A file beside the key and not a lock of
 * the database, which may be in the hands of somebody else (SPEC §6: one signer host).
 * @param signal for who does not want to wait any longer while another has it: its reason is thrown
 */
export async function withSealingLock<T>(origin: string, fn: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const before = inProcess.get(origin) ?? Promise.resolve();
  const ours = unlessAborted(before, signal).then(() => locked(origin, fn, signal));
  const settled = Promise.allSettled([before, ours]); // who gave up lets nobody past those before him
  inProcess.set(origin, settled);
  try {
    return await ours;
  } finally {
    if (inProcess.get(origin) === settled) inProcess.delete(origin);
  }
}

async function unlessAborted(before: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return void (await before);
  signal.throwIfAborted();
  let giveUp = () => {};
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    await Promise.race([before, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

async function locked<T>(origin: string, fn: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  homeFolder('keys');
  const file = secretFile(`${aliasOf(origin)}.sealing`);
  while (await claimFile(file, {})) {
    signal?.throwIfAborted();
    await sleep(WAIT_MS);
  }
  try {
    return await fn();
  } finally {
    releaseClaim(file);
  }
}
