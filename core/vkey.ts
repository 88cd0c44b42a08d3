/**
 * SPEC §6 and C2SP signed-note: a verifier key is `name + "+" + hex(keyid) + "+" + b64(type ‖ public key)`,
 * keyid = H(name ‖ 0x0A ‖ type ‖ public key)[:4]. The log's own keys are type 0x01 (Ed25519), a witness's 0x04.
 */
import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { sha256 } from './sha256';

export const KEY_TYPE = { ed25519: 0x01, cosignature: 0x04 } as const;

/** `seed` is what the key file holds (32 bytes, as hex), `publicKey` the 32 bytes of the vkey. */
export type LogKey = { seed: Buffer; publicKey: Buffer; sign(bytes: string | Uint8Array): Buffer };

export type Vkey = { name: string; keyId: string; type: number; publicKey: Buffer };

// RFC 8410: PKCS #8 and SPKI of Ed25519 are a fixed prefix and the 32 bytes
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** An Ed25519 key from a seed of 32 bytes; without one from 32 random bytes. */
export function makeLogKey(seed: Uint8Array = randomBytes(32)): LogKey {
  if (seed.length !== 32) throw new TypeError(`an Ed25519 seed has 32 bytes, not ${seed.length}`);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
  return { seed: Buffer.from(seed), publicKey, sign: (bytes) => sign(null, Buffer.from(bytes as Uint8Array), key) };
}

/** A public key of 32 bytes as node:crypto wants it. */
export const ed25519PublicKey = (publicKey: Uint8Array): KeyObject => createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });

/** Whether an Ed25519 signature (RFC 8032) over the bytes verifies. Never throws: a bad key or signature is false. */
export function verifyEd25519(publicKey: Uint8Array, bytes: string | Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  return verify(null, Buffer.from(bytes as Uint8Array), ed25519PublicKey(publicKey), signature);
}

/** 8 lower-case hex digits. */
export const keyIdOf = (name: string, publicKey: Uint8Array, type: number = KEY_TYPE.ed25519): string =>
  sha256(name, '\n', Uint8Array.of(type), publicKey).toString('hex', 0, 4);

/** The verifier key of a name (for a log: its origin) and a public key of 32 bytes. Throws where the name could not be read back. */
export function vkeyOf(name: string, publicKey: Uint8Array, type: number = KEY_TYPE.ed25519): string {
  if (!isKeyName(name)) throw new TypeError(`${JSON.stringify(name)} cannot name a key: no space, no +, not empty`);
  return `${name}+${keyIdOf(name, publicKey, type)}+${Buffer.from([type, ...publicKey]).toString('base64')}`;
}

/** SHA-256 of its text, in hex: what tells one from any other, as the 32 bits of an id do not. */
export const keyHashOf = ({ name, publicKey, type }: Vkey): string => sha256(vkeyOf(name, publicKey, type)).toString('hex');

/** Null where the text is no verifier key of type 0x01 or 0x04 in its one form: key id that is not the key's, other base64, other length. */
export function parseVkey(text: string): Vkey | null {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text);
  if (parts === null) return null;
  const [, name = '', keyId = '', base64 = ''] = parts;
  const bytes = Buffer.from(base64, 'base64');
  const type = bytes[0];
  const publicKey = bytes.subarray(1);
  if (!isKeyName(name) || bytes.length !== 33 || bytes.toString('base64') !== base64) return null;
  if (type !== KEY_TYPE.ed25519 && type !== KEY_TYPE.cosignature) return null;
  return keyIdOf(name, publicKey, type) === keyId ? { name, keyId, type, publicKey } : null;
}

const isKeyName = (name: string): boolean => name !== '' && name.isWellFormed() && !/[\s+]/u.test(name);
