/**
 * SPEC §6, §8: what a trail's own acts say of its keys, and what that makes of its checkpoints. Nothing is learned: only a given key makes a checkpoint count.
 *
 *   a key that took over: named by key.rotated, signed beside a given one        KEY_ROTATED, once; its later notes do not count, and are no stranger's
 *   a key that went before a given one: the same, seen from the other end         its older notes of our own keeping do not count, and are no stranger's
 *   above the last trusted size of a key that another given key calls stolen
 *   (key.compromised), with no witness and no other given key beside it           UNKNOWN_KEY
 *   any other note that no given key signed                                       UNKNOWN_KEY
 */
import { verifyAct } from './act';
import { type Checkpoint, isSameKey, openCheckpoint, successorsOf, vkeyText } from './checkpoint';
import type { JsonObject, JsonValue } from './json';
import { type AcceptedNote, type OpenedNotes, type UnknownNote, unknownKey } from './known-notes';
import { parseNote } from './signed-note';
import type { Found } from './tree-verdict';
import { parseVkey, type Vkey } from './vkey';

/** An act `key.rotated` whose signature holds. `by`: the key that signed it, the old one. */
type Rotation = { by: Vkey; to: Vkey };
/** `by`: the given key that says so. */
type Theft = { vkey: Vkey; lastTrustedSize: number; by: Vkey };
/** Of an heir: the smallest size that it signed beside its predecessor. Of an ancestor: the same size, up to which its own notes are explained. */
type Relative = { vkey: Vkey; size: number };

export class KeyLineage {
  private readonly rotations: Rotation[] = [];
  private readonly thefts: Theft[] = [];

  /** @param offered keys that a bundle names beside the trail's acts */
  constructor(
    private readonly origin: string,
    private readonly vkeys: readonly Vkey[],
    private readonly offered: readonly Vkey[],
  ) {}

  /** An act of the trail whose row holds. Who is believed is judged here. */
  act(action: string, details: JsonObject): void {
    if (action === 'key.rotated') this.rotated(details);
    if (action === 'key.compromised') this.compromised(details);
  }

  /**
   * Which keys that are named by an act, or offered, signed a note: whether `judge` finds it explained depends on these and its size alone. Null where none did, and then
   * it is not. Ask when the acts are known.
   */
  namedSigners(note: string): { keys: string; size: number } | null {
    const signatures = parseNote(note)?.signatures ?? [];
    const named = [...this.offered, ...this.rotations.flatMap(({ by, to }) => [by, to])].filter((vkey) =>
      signatures.some(({ name, keyId }) => name === vkey.name && keyId === vkey.keyId),
    );
    const signers = [...new Map(named.map((vkey) => [vkeyText(vkey), vkey]))].flatMap(([text, vkey]) => {
      const opened = openCheckpoint(note, [vkey], this.origin);
      return opened.ok ? [{ text, size: opened.checkpoint.size }] : [];
    });
    const [first] = signers;
    return first === undefined ? null : { keys: signers.map(({ text }) => text).join(' '), size: first.size };
  }

  /** The notes that count, of those that a given key signed, smallest first. */
  trusted(accepted: readonly AcceptedNote[]): AcceptedNote[] {
    const isTrusted = ({ size, signers, witnesses }: AcceptedNote) => witnesses.length > 0 || !signers.every((signer) => size > this.trustedTo(signer));
    return accepted.filter(isTrusted).sort((a, b) => a.size - b.size);
  }

  /** The size to which a key is believed; nothing bounds it where nobody says that it was stolen. Nobody takes a key's own word for its theft. */
  trustedTo(signer: Vkey): number {
    const sizes = this.thefts.filter(({ vkey, by }) => isSameKey(vkey, signer) && !isSameKey(by, vkey)).map((theft) => theft.lastTrustedSize);
    return Math.min(Number.POSITIVE_INFINITY, ...sizes);
  }

  /** @returns the notes that count, and what is said of keys */
  judge({ accepted, unknown }: Pick<OpenedNotes, 'accepted' | 'unknown'>): { accepted: AcceptedNote[]; findings: Found[] } {
    const findings: Found[] = [];
    const trusted = this.trusted(accepted);
    for (const checkpoint of accepted.toSorted((a, b) => a.size - b.size)) {
      if (!trusted.includes(checkpoint)) findings.push(unknownKey(checkpoint.signers.map(({ name, keyId }) => `${name}+${keyId}`).join(' ')));
    }
    const heirs = this.heirs(trusted, unknown);
    for (const { vkey, size } of heirs) findings.push({ code: 'KEY_ROTATED', seq: null, expected: String(size), found: vkeyText(vkey) });
    if (unknown.length > 0) {
      const ancestors = this.ancestors(trusted, unknown);
      for (const note of unknown) if (!this.isExplained(note, heirs, ancestors)) findings.push(note.finding);
    }
    return { accepted: trusted, findings };
  }

  private rotated(details: JsonObject): void {
    const [old, to] = [vkeyIn(details.old), vkeyIn(details.new)];
    const by = verifyAct(this.origin, 'key.rotated', details, [...this.vkeys, ...(old === null ? [] : [old])]);
    if (by !== null && to !== null) this.rotations.push({ by, to });
  }

  private compromised(details: JsonObject): void {
    const { vkey: named, last_trusted_size: lastTrustedSize } = details;
    const [vkey, by] = [vkeyIn(named), verifyAct(this.origin, 'key.compromised', details, this.vkeys)];
    if (vkey !== null && by !== null && Number.isSafeInteger(lastTrustedSize)) this.thefts.push({ vkey, lastTrustedSize: lastTrustedSize as number, by });
  }

  /** The keys that took over, one after the other; each told once. */
  private heirs(trusted: readonly AcceptedNote[], unknown: readonly UnknownNote[]): Relative[] {
    const heirs: Relative[] = [];
    for (;;) {
      const known = [...this.vkeys, ...heirs.map(({ vkey }) => vkey)];
      const named = [...this.offered, ...this.rotations.filter(({ by }) => isAmong(by, known)).map(({ to }) => to)];
      if (named.every((vkey) => isAmong(vkey, known))) return heirs;
      const before = heirs.length;
      for (const checkpoint of [...trusted, ...this.open(unknown, known)].toSorted((a, b) => a.size - b.size)) {
        for (const vkey of successorsOf(checkpoint, known, named)) {
          if (!heirs.some((heir) => isSameKey(heir.vkey, vkey))) heirs.push({ vkey, size: checkpoint.size });
        }
      }
      if (heirs.length === before) return heirs;
    }
  }

  /** The keys that went before a given one, back to the first. */
  private ancestors(trusted: readonly AcceptedNote[], unknown: readonly UnknownNote[]): Relative[] {
    const ancestors: Relative[] = [];
    for (;;) {
      const known = [...this.vkeys, ...ancestors.map(({ vkey }) => vkey)];
      const due = this.rotations.filter(({ by, to }) => isAmong(to, known) && !isAmong(by, known)).map(({ by }) => by);
      if (due.length === 0) return ancestors;
      const before = ancestors.length;
      for (const checkpoint of [...trusted, ...this.open(unknown, known)].toSorted((a, b) => a.size - b.size)) {
        for (const vkey of successorsOf(checkpoint, known, due)) {
          if (!ancestors.some((one) => isSameKey(one.vkey, vkey))) ancestors.push({ vkey, size: Math.min(checkpoint.size, this.trustedTo(vkey)) });
        }
      }
      if (ancestors.length === before) return ancestors;
    }
  }

  private isExplained({ note, isBrought }: UnknownNote, heirs: readonly Relative[], ancestors: readonly Relative[]): boolean {
    const signed = ({ vkey }: Relative, holds: (size: number) => boolean) => {
      const opened = openCheckpoint(note, [vkey], this.origin);
      return opened.ok && holds(opened.checkpoint.size);
    };
    if (heirs.some((heir) => signed(heir, (size) => size >= heir.size))) return true;
    // whoever brings an old note without its key wants to know that it was not checked
    return !isBrought && ancestors.some((ancestor) => signed(ancestor, (size) => size <= ancestor.size));
  }

  private open(unknown: readonly UnknownNote[], vkeys: readonly Vkey[]): Checkpoint[] {
    return unknown.flatMap(({ note }) => {
      const opened = openCheckpoint(note, vkeys, this.origin);
      return opened.ok ? [opened.checkpoint] : [];
    });
  }
}

const isAmong = (vkey: Vkey, vkeys: readonly Vkey[]): boolean => vkeys.some((one) => isSameKey(one, vkey));

const vkeyIn = (value: JsonValue | undefined): Vkey | null => (typeof value === 'string' ? parseVkey(value) : null);
