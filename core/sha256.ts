/** FIPS 180-4 SHA-256 and RFC 2104 HMAC over it. Strings are hashed as UTF-8. */
import { createHmac, hash } from 'node:crypto';

/** 32 bytes: SHA-256 over the parts one after the other. */
export function sha256(...parts: (string | Uint8Array)[]): Buffer {
  const first = parts[0];
  return hash('sha256', parts.length === 1 && first !== undefined ? first : joined(parts), 'buffer');
}

/** 64 lower-case hex digits: SHA-256 over the parts one after the other. */
export function sha256Hex(...parts: (string | Uint8Array)[]): string {
  const first = parts[0];
  return hash('sha256', parts.length === 1 && first !== undefined ? first : joined(parts), 'hex');
}

/** 32 bytes. */
export const hmacSha256 = (key: Uint8Array, bytes: string | Uint8Array): Buffer => createHmac('sha256', key).update(bytes).digest();

function joined(parts: (string | Uint8Array)[]): string | Buffer {
  // a surrogate pair cut between two parts must not become one when they are joined: such parts are encoded one by one
  if (parts.every((part) => typeof part === 'string' && part.isWellFormed())) return parts.join('');
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}
