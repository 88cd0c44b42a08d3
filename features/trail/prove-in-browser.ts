// SPEC §3, §5, §6 once more, with what a browser brings (WebCrypto): the server that shows an event need not be believed about it. Written apart from core/, which
// hashes with node:crypto, and tested against it.
//
//   header ─▶ H ┐
//   payload ▶ H ┴▶ link = event_hash ─▶ leaf ─ proof ─▶ root ═ the note's ◀─ signature ─ key
//
import type { SealedProof } from './event-proof-answer';

type Texts = { seq: number; header: string; payload: string; prevHash: string };

/** Lower-case hex digests of both halves and of the link, which is the event's hash. */
export async function hashEvent({ seq, header, payload, prevHash }: Texts): Promise<{ header: string; payload: string; link: string }> {
  const [h, p] = [toHex(await sha256(utf8(header))), toHex(await sha256(utf8(payload)))];
  return { header: h, payload: p, link: toHex(await sha256(utf8(`audit-chain/v1\n${seq}\n${prevHash}\n${h}\n${p}\n`))) };
}

/** The three lines of a signed note; null where it has not that form. */
export function readNote(note: string): { text: string; origin: string; size: number; root: string } | null {
  const [origin, size, root, empty] = note.split('\n');
  if (!origin || !/^[1-9]\d{0,14}$/.test(size ?? '') || root === undefined || empty !== '') return null;
  const bytes = fromBase64(root);
  return bytes?.length === 32 ? { text: `${origin}\n${size}\n${root}\n`, origin, size: Number(size), root: toHex(bytes) } : null;
}

/** RFC 9162 §2.1.3.2: the root that a proof leads to from the leaf of an event's hash; null where hashes are left over or missing. All hex. */
export async function rootFromProof(eventHash: string, seq: number, size: number, hashes: readonly string[]): Promise<string | null> {
  if (seq >= size) return null;
  let [fn, sn] = [seq, size - 1];
  let hash = await sha256(joined([0], fromHex(eventHash)));
  for (const sibling of hashes.map(fromHex)) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      hash = await sha256(joined([1], sibling, hash));
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else hash = await sha256(joined([1], hash, sibling));
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 ? toHex(hash) : null;
}

/** Whether the note bears a signature by the key, whose name is the note's origin. Null where this browser does not know Ed25519. */
export async function isSignedBy({ note, vkey }: Pick<SealedProof, 'note' | 'vkey'>): Promise<boolean | null> {
  const body = readNote(note);
  const [, name, id, base64] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(vkey) ?? [];
  const bytes = fromBase64(base64 ?? '');
  if (!body || !name || name !== body.origin || bytes?.length !== 33 || bytes[0] !== 1) return false;
  const keyId = (await sha256(joined(utf8(`${name}\n`), bytes))).subarray(0, 4);
  if (toHex(keyId) !== id) return false;
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('raw', bytes.slice(1), { name: 'Ed25519' }, false, ['verify']);
  } catch {
    return null;
  }
  for (const line of note.slice(body.text.length + 1).split('\n')) {
    const [dash, signer, signature] = line.split(' ');
    const signed = fromBase64(signature ?? '');
    if (dash !== '—' || signer !== name || signed?.length !== 68 || toHex(signed.subarray(0, 4)) !== id) continue;
    if (await crypto.subtle.verify({ name: 'Ed25519' }, key, signed.slice(4), utf8(body.text))) return true;
  }
  return false;
}

const sha256 = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
const utf8 = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
const toHex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const joined = (...parts: ArrayLike<number>[]) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}
