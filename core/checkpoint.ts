/**
 * SPEC §6, C2SP tlog-checkpoint: what a trail signs. A signed note over exactly three lines:
 *
 *   <origin>\n                        = the name of the key that signs
 *   <size>\n                          decimal, no leading zero, below 2^63
 *   b64(root, 32 bytes)\n             padded, in its one form
 *   \n
 *   — <origin> b64(key id ‖ Ed25519)\n
 *
 * There is one text for an (origin, size), ever. A verifier trusts the keys it was given and nothing else.
 */
import { HASH_BYTES } from './merkle';
import { type Note, openNote, parseNote, signatureLine, type VerifiedSignature, verifySignature, writeNote } from './signed-note';
import { KEY_TYPE, type LogKey, parseVkey, type Vkey, vkeyOf } from './vkey';

/** `size` beyond 2^53 is the nearest double: larger than any trail, which is all it is compared for. */
export type CheckpointBody = { origin: string; size: number; root: Buffer };

/** A checkpoint that holds. `signers`: the keys of its origin that signed; `witnesses`: cosignatures by known witnesses. */
export type Checkpoint = CheckpointBody & { note: string; signers: Vkey[]; witnesses: VerifiedSignature[] };

/** The part that is at fault: the note's form, a signature, the three lines, a line, the key (none known, or none of this name), the origin (of another trail). */
export type CheckpointError = 'note' | 'signature' | 'text' | 'size' | 'root' | 'key' | 'origin';

export type CheckpointOutcome = { ok: true; checkpoint: Checkpoint } | { ok: false; error: CheckpointError };

const MAX_SIZE = 2n ** 63n;

export const checkpointText = (origin: string, size: number, root: Uint8Array): string =>
  `${origin}\n${assertSize(size)}\n${Buffer.from(root).toString('base64')}\n`;

/** The signed note, by one key, or at a rotation by the old one and the new one. Every key's name is the origin. */
export function signCheckpoint(origin: string, size: number, root: Uint8Array, ...keys: LogKey[]): string {
  const text = checkpointText(origin, size, root);
  const parsed = parseCheckpointText(text);
  if (typeof parsed === 'string') throw new TypeError(`a checkpoint with a bad ${parsed}`);
  return writeNote(
    text,
    keys.map((key) => signatureLine(origin, key, text)),
  );
}

/** The three lines, or the part at fault. */
export function parseCheckpointText(text: string): CheckpointBody | 'text' | 'size' | 'root' {
  const lines = text.split('\n');
  const [origin = '', size = '', base64 = ''] = lines;
  if (lines.length !== 4 || lines[3] !== '' || origin === '') return 'text';
  if (!/^(?:0|[1-9]\d{0,18})$/.test(size) || BigInt(size) >= MAX_SIZE) return 'size';
  const root = Buffer.from(base64, 'base64');
  if (root.length !== HASH_BYTES || root.toString('base64') !== base64) return 'root';
  return { origin, size: Number(size), root };
}

/** `origin`: the trail that is meant. Never throws. */
export function openCheckpoint(bytes: string | Uint8Array, vkeys: readonly Vkey[], origin: string): CheckpointOutcome {
  const note = parseNote(bytes);
  if (note === null) return { ok: false, error: 'note' };
  const opened = openNote(note, vkeys);
  if (!opened.ok) return { ok: false, error: opened.reason === 'bad_signature' ? 'signature' : 'key' };
  const body = parseCheckpointText(note.text);
  if (typeof body === 'string') return { ok: false, error: body };
  const { verified } = opened.note;
  const signers = verified.filter(({ vkey }) => vkey.type === KEY_TYPE.ed25519 && vkey.name === body.origin).map(({ vkey }) => vkey);
  if (signers.length === 0) return { ok: false, error: 'key' };
  if (body.origin !== origin) return { ok: false, error: 'origin' };
  const witnesses = verified.filter(({ vkey }) => vkey.type === KEY_TYPE.cosignature);
  return { ok: true, checkpoint: { ...body, note: typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString(), signers, witnesses } };
}

/**
 * Keys of the same trail that signed this checkpoint beside a given one and were not given: KEY_ROTATED. `offered` are the keys that an act of the trail or a bundle
 * names; they are never learned, only said. A bad signature by one of them says nothing.
 */
export function successorsOf(checkpoint: Checkpoint, given: readonly Vkey[], offered: readonly Vkey[]): Vkey[] {
  const note = parseNote(checkpoint.note) as Note;
  return offered.filter(
    (vkey, i) =>
      vkey.type === KEY_TYPE.ed25519 &&
      vkey.name === checkpoint.origin &&
      !given.some((known) => isSameKey(known, vkey)) &&
      offered.findIndex((other) => isSameKey(other, vkey)) === i &&
      note.signatures.some(
        ({ name, keyId, signature }) => name === vkey.name && keyId === vkey.keyId && verifySignature(note.text, { name, keyId, signature }, vkey) === null,
      ),
  );
}

export const isSameKey = (a: Vkey, b: Vkey): boolean => a.name === b.name && a.keyId === b.keyId && a.type === b.type && a.publicKey.equals(b.publicKey);

/** The text of a key. */
export const vkeyText = ({ name, publicKey, type }: Vkey): string => vkeyOf(name, publicKey, type);

/** Keys from their texts; throws a TypeError that names the one that is none. */
export function parseVkeys(texts: readonly string[]): Vkey[] {
  return texts.map((text) => {
    const vkey = parseVkey(text);
    if (vkey === null) throw new TypeError(`${JSON.stringify(text)} is no verifier key`);
    return vkey;
  });
}

function assertSize(size: number): number {
  if (!Number.isSafeInteger(size) || size < 0) throw new TypeError(`${size} is no size of a trail`);
  return size;
}
