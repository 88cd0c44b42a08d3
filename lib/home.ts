import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { env } from './env';
import { AppError } from './errors';
import { createExclusively, readIfThere } from './files';

/** INDELIBLE_HOME, absolute: keys, the embedded database, uploads and bundles. Made at the first call. */
export function home(): string {
  const folder = env().INDELIBLE_HOME;
  // As root the database runs as another user, which must be able to walk through; nothing in here can be listed by it, and every secret is 0600.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  if (fs.mkdirSync(folder, { recursive: true, mode })) fs.chmodSync(folder, mode); // whatever our umask is
  return folder;
}

/** A folder of our own below the home, such as `bundles` or `uploads`; mode 0700. */
export function homeFolder(name: string): string {
  const folder = path.join(home(), name);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** The bytes of a secret, or null where it has not been made. Secrets lie in `<home>/keys/`, one a file, as one line of hex. @throws AppError SECRET_FORM */
export function readSecret(name: string): Buffer | null {
  const text = readIfThere(secretFile(name));
  if (text === null) return null;
  if (!/^([0-9a-f]{2})+\n?$/.test(text)) throw new AppError('SECRET_FORM', { hint: `${secretFile(name)} is not one line of hex` });
  return Buffer.from(text.trim(), 'hex');
}

/**
 * The bytes of a secret, made once if missing: mode 0600, created exclusively and fsynced, so that two processes at the first start agree and a power cut loses nothing
 * that was used.
 * @param bytes how many random bytes a new one has, or the content of a new one
 */
export function ensureSecret(name: string, bytes: number | Uint8Array): Buffer {
  const kept = readSecret(name);
  if (kept) return kept;
  homeFolder('keys');
  const made = typeof bytes === 'number' ? crypto.randomBytes(bytes) : Buffer.from(bytes);
  if (createExclusively(secretFile(name), `${made.toString('hex')}\n`)) return made;
  return readSecret(name) as Buffer; // another process was first
}

/** Where a secret lies: for messages, and for telling who may read it. */
export function secretFile(name: string): string {
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) throw new AppError('SECRET_NAME', { hint: `"${name}" is no name for a key file` });
  return path.join(home(), 'keys', name);
}

const hostFile = () => path.join(home(), 'host');

/** The host that the first run kept, or null before it. */
export const keptHost = (): string | null => readIfThere(hostFile())?.trim() || null;

/**
 * The host of every origin here: kept at the first run, since it is hashed into every event; another value later is refused.
 * @throws AppError HOST_MISSING at a first run without INDELIBLE_HOST, HOST_CHANGED
 */
export function ensureHost(): string {
  const given = env().INDELIBLE_HOST;
  if (given && !keptHost()) createExclusively(hostFile(), `${given}\n`, 0o644);
  const kept = keptHost();
  if (!kept) {
    throw new AppError('HOST_MISSING', {
      hint: 'set INDELIBLE_HOST to the name this log shall bear for ever, such as audit.example.com: it is hashed into every event, so nobody may guess it for you',
    });
  }
  if (given && given !== kept) {
    throw new AppError('HOST_CHANGED', {
      hint: `INDELIBLE_HOST is ${given}, but ${home()} belongs to ${kept}, which is hashed into its events and cannot change: leave INDELIBLE_HOST out, or choose another INDELIBLE_HOME`,
    });
  }
  return kept;
}
