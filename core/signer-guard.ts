/**
 * SPEC §6, the signer guard: the last (size, root) that was signed stands in a file beside the key, outside the database, fsynced before the signature is released. The
 * signer signs only what extends it, and proves that to itself. A guard that is missing, of another trail or unreadable while events exist refuses: to sign the first
 * root of a trail twice is how a history is rewritten.
 *
 * The file, exactly four lines:
 *
 *   audit-guard/v1\n
 *   <origin>\n
 *   <size>\n                     the last three are the text of the checkpoint
 *   b64(root)\n
 *
 * These are judgements; reading, writing and fsync are the caller's.
 */
import { checkpointText, parseCheckpointText } from './checkpoint';
import { emptyRoot, leafHash } from './merkle';
import { verifyConsistency, verifyInclusion } from './proof';

/** What was signed last. `root` 32 bytes. */
export type Guard = { origin: string; size: number; root: Buffer };

/** `reason` is a sentence for people: screens and logs show it as it is. */
export type GuardVerdict = { ok: true; isRepeat: boolean } | { ok: false; reason: string };

const FIRST_LINE = 'audit-guard/v1\n';

export const guardText = ({ origin, size, root }: Guard): string => FIRST_LINE + checkpointText(origin, size, root);

/** Null where the bytes are no guard in exactly this form (a torn write, an empty file). */
export function parseGuard(bytes: string | Uint8Array): Guard | null {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
  if (!text.startsWith(FIRST_LINE)) return null;
  const body = parseCheckpointText(text.slice(FIRST_LINE.length));
  if (typeof body === 'string' || !Number.isSafeInteger(body.size)) return null;
  return guardText(body) === text ? body : null;
}

/**
 * Whether a root may be signed.
 *
 * `guard`: what parseGuard gave; 'missing': there is no file; null: there is one, and it is no guard.
 * `next`: what is to be signed. `headSize`: next_seq of the head row, whose mac is known to be good.
 * `proof`: from the guard's size to the next one, made from the tiles; of no meaning where the guard is missing or its size 0.
 * `isRepeat`: exactly what was signed before: the same text may be released again, and the guard needs no write.
 */
export function judgeSignature(
  guard: Guard | null | 'missing',
  next: { origin: string; size: number; root: Buffer },
  headSize: number,
  proof: readonly Uint8Array[],
): GuardVerdict {
  const no = (reason: string): GuardVerdict => ({ ok: false, reason });
  if (next.size > headSize) return no(`asked to sign ${next.size} events, and the head says that there are ${headSize}`);
  if (guard === null) return no('the guard file is damaged: it does not say what was signed last');
  if (guard === 'missing') {
    // made with the key, before event 0: a trail that has events has one
    if (headSize > 0) return no(`the guard file is missing, and the trail has ${headSize} events: nobody can say what was signed last`);
    return isEmptyTree(next) ? { ok: true, isRepeat: false } : no('the root of no events is not the root of the empty tree');
  }
  if (guard.origin !== next.origin) return no(`the guard file is that of ${guard.origin}, not of ${next.origin}`);
  if (next.size < guard.size) return no(`${guard.size} events were signed, and only ${next.size} are to be: events are gone, or an old database was restored`);
  if (next.size === guard.size) {
    return next.root.equals(guard.root)
      ? { ok: true, isRepeat: true }
      : no(`${guard.size} events were signed with another root: the events are not those that were`);
  }
  if (guard.size === 0)
    return isEmptyTree(guard) ? { ok: true, isRepeat: false } : no('the guard file says that nothing was signed, with a root that is not the empty one');
  if (!verifyConsistency(guard.size, guard.root, next.size, next.root, proof)) {
    return no(`the ${next.size} events do not begin with the ${guard.size} that were signed: the proof does not hold`);
  }
  return { ok: true, isRepeat: false };
}

const isEmptyTree = ({ size, root }: { size: number; root: Buffer }) => size === 0 && root.equals(emptyRoot());

/** SPEC §3: what a process compares before its first append. `at`: the number of the event that is gone or another. */
export type HeadVerdict = { ok: true } | { ok: false; code: 'TRUNCATED' | 'FORK'; at: number; reason: string };

/**
 * Whether a trail may be appended to: its head is not below what was signed, and the last event that was signed is still the same.
 *
 * `known`: the guard, or the newest checkpoint known outside the database. `headSize`: next_seq. `lastSigned`: event_hash of the row with seq `known.size - 1`, null
 * where there is none. `proof`: its inclusion proof for `known.size` from the tiles, null where they give none.
 */
export function judgeHead(
  known: { size: number; root: Buffer },
  headSize: number,
  lastSigned: Uint8Array | null,
  proof: readonly Uint8Array[] | null,
): HeadVerdict {
  if (known.size === 0) return { ok: true };
  if (headSize < known.size) {
    return { ok: false, code: 'TRUNCATED', at: headSize, reason: `${known.size} events were signed, and the database has ${headSize}: the newest are gone` };
  }
  const at = known.size - 1;
  if (lastSigned === null) return { ok: false, code: 'TRUNCATED', at, reason: `event ${at} was signed, and the database has none of that number` };
  if (proof === null || !verifyInclusion(leafHash(lastSigned), at, known.size, proof, known.root)) {
    return { ok: false, code: 'FORK', at, reason: `event ${at} is not the one that was signed, or the tree that proves it is damaged` };
  }
  return { ok: true };
}

/** Whether an event is the one of its number in the history that was signed, by its inclusion proof from the tiles, null where they give none. It needs no row: that may be lawfully away. */
export const isSignedEvent = (guard: { size: number; root: Buffer }, seq: number, eventHash: Uint8Array, proof: readonly Uint8Array[] | null): boolean =>
  proof !== null && seq < guard.size && verifyInclusion(leafHash(eventHash), seq, guard.size, proof, guard.root);
