/** SPEC §3: two HMAC-SHA-256 under keys that stand outside the database. */
import { hmacSha256 } from './sha256';

/** 32 bytes that tell a draft sent again from another under the same id: over the canonical draft (API), or the source record's own bytes (importer, relay, queue). */
export const draftMac = (key: Uint8Array, bytes: string | Uint8Array): Buffer => hmacSha256(key, bytes);

/** 32 bytes that bind a trail's head row: next_seq is the number the next event gets, last_hash the event_hash before it (at 0 the genesis hash). */
export const headMac = (key: Uint8Array, origin: string, nextSeq: number, lastHash: Buffer): Buffer =>
  hmacSha256(key, `audit-head/v1\n${origin}\n${nextSeq}\n${lastHash.toString('hex')}\n`);
