/**
 * SPEC §6, §8: the checkpoints that are known, under the keys that were given, before a row is read.
 *
 *   a given key signed, of this trail        accepted
 *   no given key signed                      unknown: judged at the end, when the trail's own acts have said whose keys they are (key-lineage.ts)
 *   a bad signature by a given key, or another form    NOTE_REFUSED
 *   good, of another given trail             WRONG_TRAIL
 */
import { type Checkpoint, openCheckpoint } from './checkpoint';
import { parseNote } from './signed-note';
import type { Found } from './tree-verdict';
import type { Vkey } from './vkey';

export type KnownNote = {
  note: string | Uint8Array;
  /** It comes from the guard, a file of this machine, an anchor's own list or the caller, and not from the database alone. */
  isOutside: boolean;
  /** The caller brought it and wants to hear of it, whatever it is. */
  isBrought?: boolean;
};
export type AcceptedNote = Checkpoint & { isOutside: boolean };

/** A note that no given key signed, and what is said of it where nothing explains its key. */
export type UnknownNote = { note: string; isBrought: boolean; finding: Found };

/** `texts`: of each that was opened, and whether it was accepted. */
export type OpenedNotes = { accepted: AcceptedNote[]; unknown: UnknownNote[]; findings: Found[]; texts: ReadonlyMap<string, boolean> };

export function openKnownNotes(origin: string, vkeys: readonly Vkey[], notes: readonly KnownNote[]): OpenedNotes {
  const accepted = new Map<string, AcceptedNote>();
  const unknown = new Map<string, UnknownNote>();
  const findings: Found[] = [];
  const refused = new Set<string>();
  for (const { note, isOutside, isBrought = false } of notes) {
    const text = typeof note === 'string' ? note : Buffer.from(note).toString();
    const before = accepted.get(text);
    if (before !== undefined) before.isOutside ||= isOutside;
    const stranger = unknown.get(text);
    if (stranger !== undefined) stranger.isBrought ||= isBrought;
    if (before !== undefined || stranger !== undefined || refused.has(text)) continue;
    const opened = openCheckpoint(note, vkeys, origin);
    if (opened.ok) accepted.set(text, { ...opened.checkpoint, isOutside });
    else if (opened.error === 'key') unknown.set(text, { note: text, isBrought, finding: unknownKey(signersOf(note)) });
    else {
      refused.add(text);
      findings.push(
        opened.error === 'origin'
          ? { code: 'WRONG_TRAIL', seq: null, expected: origin, found: parseNote(note)?.text.split('\n')[0] ?? null }
          : { code: 'NOTE_REFUSED', seq: null, expected: null, found: opened.error },
      );
    }
  }
  const texts = new Map([...accepted.keys(), ...unknown.keys(), ...refused].map((text) => [text, accepted.has(text)]));
  return { accepted: [...accepted.values()], unknown: [...unknown.values()], findings, texts };
}

/** @param signers `name+keyid` of each, parted by spaces */
export const unknownKey = (signers: string | null): Found => ({ code: 'UNKNOWN_KEY', seq: null, expected: null, found: signers });

const signersOf = (note: string | Uint8Array): string | null =>
  parseNote(note)
    ?.signatures.map(({ name, keyId }) => `${name}+${keyId}`)
    .join(' ') ?? null;
