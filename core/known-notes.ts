/**
 * SPEC §6, §8: the checkpoints that are known, under the keys that were given, before a row is read; and what the trail's own acts then say of keys.
 *
 *   a given key signed, of this trail        accepted
 *   no given key signed                      UNKNOWN_KEY          a bad signature by one, or another form    NOTE_REFUSED
 *   good, of another given trail             WRONG_TRAIL          its successor signed too (key.rotated)     KEY_ROTATED
 *   above the last trusted size of a key that another given key calls stolen (key.compromised), with no witness and no other given key beside it    UNKNOWN_KEY
 */
import { type Checkpoint, isSameKey, openCheckpoint, successorsOf, vkeyText } from './checkpoint';
import { parseNote } from './signed-note';
import type { Found } from './tree-verdict';
import type { Vkey } from './vkey';

/** `isOutside`: it comes from the guard, the local checkpoint file, an anchor's own list or the caller, and not from the database alone. */
export type KnownNote = { note: string | Uint8Array; isOutside: boolean };
export type AcceptedNote = Checkpoint & { isOutside: boolean };

export type RotatedKey = { vkey: Vkey };
/** `by`: the given key that says so. */
export type CompromisedKey = { vkey: Vkey; lastTrustedSize: number; by: Vkey };

export function openKnownNotes(origin: string, vkeys: readonly Vkey[], notes: readonly KnownNote[]): { accepted: AcceptedNote[]; findings: Found[] } {
  const accepted = new Map<string, AcceptedNote>();
  const findings: Found[] = [];
  const refused = new Set<string>();
  for (const { note, isOutside } of notes) {
    const text = typeof note === 'string' ? note : Buffer.from(note).toString();
    const before = accepted.get(text);
    if (before !== undefined) before.isOutside ||= isOutside;
    if (before !== undefined || refused.has(text)) continue;
    const opened = openCheckpoint(note, vkeys, origin);
    if (opened.ok) accepted.set(text, { ...opened.checkpoint, isOutside });
    else {
      refused.add(text);
      findings.push(refusal(origin, note, opened.error));
    }
  }
  return { accepted: [...accepted.values()], findings };
}

function refusal(origin: string, note: string | Uint8Array, error: string): Found {
  const parsed = parseNote(note);
  const signers = parsed === null ? null : parsed.signatures.map(({ name, keyId }) => `${name}+${keyId}`).join(' ');
  if (error === 'key') return { code: 'UNKNOWN_KEY', seq: null, expected: null, found: signers };
  if (error === 'origin') return { code: 'WRONG_TRAIL', seq: null, expected: origin, found: parsed?.text.split('\n')[0] ?? null };
  return { code: 'NOTE_REFUSED', seq: null, expected: null, found: error };
}

/** `offered`: keys that acts or a bundle name. Each new key is told once, at the smallest size that it signed beside a given one. */
export function judgeKeys(
  accepted: readonly AcceptedNote[],
  vkeys: readonly Vkey[],
  offered: readonly Vkey[],
  stolen: readonly CompromisedKey[],
): { accepted: AcceptedNote[]; findings: Found[] } {
  const findings: Found[] = [];
  const told = new Set<string>();
  const trusted: AcceptedNote[] = [];
  for (const checkpoint of accepted.toSorted((a, b) => a.size - b.size)) {
    const isStolen = (signer: Vkey) =>
      stolen.some(({ vkey, lastTrustedSize, by }) => isSameKey(vkey, signer) && !isSameKey(by, vkey) && checkpoint.size > lastTrustedSize);
    if (checkpoint.witnesses.length === 0 && checkpoint.signers.every(isStolen)) {
      findings.push({ code: 'UNKNOWN_KEY', seq: null, expected: null, found: checkpoint.signers.map(({ name, keyId }) => `${name}+${keyId}`).join(' ') });
      continue;
    }
    trusted.push(checkpoint);
    for (const vkey of successorsOf(checkpoint, vkeys, offered).map(vkeyText)) {
      if (told.has(vkey)) continue;
      told.add(vkey);
      findings.push({ code: 'KEY_ROTATED', seq: null, expected: String(checkpoint.size), found: vkey });
    }
  }
  return { accepted: trusted, findings };
}
