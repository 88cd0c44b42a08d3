/** FIPS 180-4 SHA-256 and RFC 2104 HMAC over it. Strings are hashed as UTF-8. */
import { hash } from 'node:crypto';

/** 32 bytes: SHA-256 over the parts one after the other. */
export function sha256(...parts: (string | Uint8Array)[]): Buffer {
  const first = parts[0];
  return digestOf(parts.length === 1 && first !== undefined ? first : joined(parts));
}

/** 64 lower-case hex digits: SHA-256 over the parts one after the other. */
export function sha256Hex(...parts: (string | Uint8Array)[]): string {
  const first = parts[0];
  return hash('sha256', parts.length === 1 && first !== undefined ? first : joined(parts), 'hex');
}

/** 32 bytes. In two one-shot hashes: half of what a Hmac object costs. */
export function hmacSha256(key: Uint8Array, bytes: string | Uint8Array): Buffer {
  const block = key.length > BLOCK_BYTES ? sha256(key) : key;
  const size = BLOCK_BYTES + (typeof bytes === 'string' ? bytes.length * 3 : bytes.length);
  if (inner.length < size) inner = Buffer.alloc(size * 2);
  for (let i = 0; i < BLOCK_BYTES; i++) {
    const byte = block[i] ?? 0;
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  let end = size;
  if (typeof bytes === 'string') end = BLOCK_BYTES + inner.write(bytes, BLOCK_BYTES, 'utf8');
  else inner.set(bytes, BLOCK_BYTES);
  outer.write(hash('sha256', inner.subarray(0, end), 'binary'), BLOCK_BYTES, 'latin1');
  return digestOf(outer);
}

const BLOCK_BYTES = 64;
let inner = Buffer.alloc(4096); // reused: hashing is synchronous and never re-entered
const outer = Buffer.alloc(BLOCK_BYTES + 32);

// By way of a string, one character a byte: Buffer.from takes it from the shared pool, where crypto.hash would give each digest memory of its own for the collector to keep.
const digestOf = (bytes: string | Uint8Array): Buffer => Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');

function joined(parts: (string | Uint8Array)[]): string | Buffer {
  // a surrogate pair cut between two parts must not become one when they are joined: such parts are encoded one by one
  if (parts.every((part) => typeof part === 'string' && part.isWellFormed())) return parts.join('');
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}
