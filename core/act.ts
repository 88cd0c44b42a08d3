/**
 * SPEC §12, acts: events without which nothing is lawful (a value erased, rows disposed or archived, a key rotated or compromised). They carry, in `details.act`, a
 * signature by the log's key over their own details:
 *
 *   text          audit-act/v1\n <origin>\n <action>\n hex H(JCS(details without act))\n
 *   details.act = b64( key id, 4 bytes ‖ Ed25519(text), 64 bytes )
 */
import { canonicalJson } from './jcs';
import { type JsonObject, newObject } from './json';
import { sha256Hex } from './sha256';
import { KEY_TYPE, keyIdOf, type LogKey, type Vkey, verifyEd25519 } from './vkey';

export const ACT_ACTIONS = ['events.disposed', 'partition.archived', 'value.erased', 'key.rotated', 'key.compromised'] as const;
export type ActAction = (typeof ACT_ACTIONS)[number];

export const isActAction = (action: string): action is ActAction => (ACT_ACTIONS as readonly string[]).includes(action);

/** What is signed. An `act` among the details is left out. Throws a TypeError for details that have no canonical form. */
export const actText = (origin: string, action: ActAction, details: JsonObject): string =>
  `audit-act/v1\n${origin}\n${action}\n${sha256Hex(canonicalJson(withoutAct(details)))}\n`;

/** The details with their act. */
export function signAct(origin: string, action: ActAction, details: JsonObject, key: LogKey): JsonObject {
  const signature = key.sign(actText(origin, action, details));
  const signed = withoutAct(details);
  signed.act = Buffer.concat([Buffer.from(keyIdOf(origin, key.publicKey), 'hex'), signature]).toString('base64');
  return signed;
}

/** The given key of this origin that signed the act, or null where none did. Details come from a text whose hash holds; never throws for such. */
export function verifyAct(origin: string, action: string, details: JsonObject, vkeys: readonly Vkey[]): Vkey | null {
  const { act } = details;
  if (!isActAction(action) || typeof act !== 'string') return null;
  const bytes = Buffer.from(act, 'base64');
  if (bytes.length !== 68 || bytes.toString('base64') !== act) return null;
  const keyId = bytes.toString('hex', 0, 4);
  const signer = vkeys.find((vkey) => vkey.type === KEY_TYPE.ed25519 && vkey.name === origin && vkey.keyId === keyId);
  if (signer === undefined) return null;
  return verifyEd25519(signer.publicKey, actText(origin, action, details), bytes.subarray(4)) ? signer : null;
}

function withoutAct(details: JsonObject): JsonObject {
  const others = Object.assign(newObject(), details);
  delete others.act;
  return others;
}
