/**
 * C2SP signed-note, as SPEC §6 reads it: a text, an empty line, and a line for each signature.
 *
 *   <text, one or more lines, each with its \n>
 *   \n
 *   — <key name> b64(key id, 4 bytes ‖ signature)\n          U+2014; one space on each side of the name
 *
 * UTF-8 without control characters but \n; split at the last empty line; base64 in its one form. The signature is over the text with its last \n:
 *
 *   type 0x01   Ed25519(text), 64 bytes
 *   type 0x04   u64be(time) ‖ Ed25519("cosignature/v1\ntime " time "\n" text), 72 bytes: a witness's
 */
import { KEY_TYPE, type LogKey, type Vkey, verifyEd25519, vkeyOf } from './vkey';

/** `signature` without the four bytes of the key id, which is 8 hex digits. */
export type NoteSignature = { name: string; keyId: string; signature: Buffer };
export type Note = { text: string; signatures: NoteSignature[] };

/** `time`: what a cosignature says, in seconds since 1970. */
export type VerifiedSignature = { vkey: Vkey; time: number | null };

/** `ignored`: signatures of keys that are not known. */
export type OpenedNote = { text: string; verified: VerifiedSignature[]; ignored: { name: string; keyId: string }[] };

export type NoteOutcome = { ok: true; note: OpenedNote } | { ok: false; reason: 'malformed' | 'bad_signature' | 'no_known_key' };

const MAX_SIGNATURES = 1000;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Null where the bytes are no note. */
export function parseNote(bytes: string | Uint8Array): Note | null {
  const whole = typeof bytes === 'string' ? bytes : decode(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a note holds none but the newline
  if (whole === null || !whole.isWellFormed() || /[\u0000-\u0009\u000b-\u001f\u007f]/.test(whole) || !whole.endsWith('\n')) return null;
  const split = whole.lastIndexOf('\n\n');
  if (split === -1) return null;
  const text = whole.slice(0, split + 1);
  const lines = whole.slice(split + 2).split('\n');
  lines.pop(); // behind the last newline
  if (lines.length === 0 || lines.length > MAX_SIGNATURES) return null;
  const signatures = lines.map(parseSignature);
  return signatures.every((signature) => signature !== null) ? { text, signatures } : null;
}

/** What of a note holds under keys that are known: one good signature at least, and no bad one by any of them. */
export function openNote(bytes: string | Uint8Array | Note, vkeys: readonly Vkey[]): NoteOutcome {
  const note = typeof bytes === 'string' || bytes instanceof Uint8Array ? parseNote(bytes) : bytes;
  if (note === null) return { ok: false, reason: 'malformed' };
  const verified: VerifiedSignature[] = [];
  const ignored: { name: string; keyId: string }[] = [];
  for (const signature of note.signatures) {
    const { name, keyId } = signature;
    const vkey = vkeys.find((known) => known.name === name && known.keyId === keyId);
    if (vkey === undefined) {
      ignored.push({ name, keyId });
      continue;
    }
    const time = verifySignature(note.text, signature, vkey);
    if (time === false) return { ok: false, reason: 'bad_signature' };
    if (!verified.some((before) => before.vkey === vkey)) verified.push({ vkey, time });
  }
  return verified.length === 0 ? { ok: false, reason: 'no_known_key' } : { ok: true, note: { text: note.text, verified, ignored } };
}

/** Whether a key signed: false, or null, or the time that a cosignature says. */
export function verifySignature(text: string, { signature }: NoteSignature, { type, publicKey }: Vkey): number | null | false {
  if (type === KEY_TYPE.ed25519) return verifyEd25519(publicKey, text, signature) ? null : false;
  if (type !== KEY_TYPE.cosignature || signature.length !== 72) return false;
  const time = signature.readBigUInt64BE();
  return verifyEd25519(publicKey, `cosignature/v1\ntime ${time}\n${text}`, signature.subarray(8)) ? Number(time) : false;
}

/** The line of a log's signature over a text, with its newline. `text` ends in \n. */
export function signatureLine(name: string, key: LogKey, text: string): string {
  const keyId = vkeyOf(name, key.publicKey).slice(name.length + 1, name.length + 9);
  return lineOf(name, keyId, key.sign(text));
}

/** The whole note. Throws a TypeError for a text that no note can hold. */
export function writeNote(text: string, lines: readonly string[]): string {
  const note = `${text}\n${lines.join('')}`;
  if (parseNote(note)?.text !== text) throw new TypeError('this text cannot be that of a signed note');
  return note;
}

function lineOf(name: string, keyId: string, signature: Uint8Array): string {
  return `\u2014 ${name} ${Buffer.concat([Buffer.from(keyId, 'hex'), signature]).toString('base64')}\n`;
}

function parseSignature(line: string): NoteSignature | null {
  const parts = /^\u2014 ([^ ]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line);
  if (parts === null) return null;
  const [, name = '', base64 = ''] = parts;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < 5 || bytes.toString('base64') !== base64 || /[\s+]/u.test(name)) return null;
  return { name, keyId: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}
