/** SPEC §8: what a verification reports. A finding is a value; nothing that reads a log throws what it was built to find. */

/** The codes of SPEC §8 in its order, those of a bundle's form left out. KEY_ROTATED is a state that asks for the new key, not a fault of the log. */
export const FINDING_CODES = [
  'EVENT_HASH',
  'MALFORMED',
  'CHAIN_LINK',
  'SEQ_GAP',
  'DUPLICATE',
  'TRUNCATED',
  'HEAD_FORGED',
  'HEAD_CUT',
  'TILE_MISMATCH',
  'FORK',
  'ROOT_MISMATCH',
  'UNKNOWN_KEY',
  'EQUIVOCATION',
  'NOTE_REFUSED',
  'WRONG_TRAIL',
  'KEY_ROTATED',
  'TIME_BACKWARDS',
  'TIME_AFTER_ANCHOR',
  'TIME_BEFORE_ANCHOR',
  'DISCLOSURE_MISMATCH',
  'ERASURE_UNLOGGED',
  'VIEW_MISMATCH',
  'DERIVED_MISMATCH',
  'COUNT_MISMATCH',
  'STATE_UNLOGGED',
  'ARCHIVE_MISMATCH',
  'ARCHIVE_UNLOCKED',
  'ANCHOR_HIDDEN',
  'ANCHOR_MISSING',
  'ANCHOR_MISMATCH',
  'SOURCE_GAP',
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];

/**
 * `seq` is the event at fault, of a gap or cut the first missing number, null where the fault lies in no event. `expected` and `found` are what stands on either side
 * (a digest in hex, a number, a member's name), null where there is nothing to say. `lastGood` is the last event before it of which nothing was found.
 */
export type Finding = { code: FindingCode; seq: number | null; expected: string | null; found: string | null; lastGood: number | null };

export type FindingCounts = { [Code in FindingCode]?: number };

const OF_ROWS: ReadonlySet<string> = new Set<FindingCode>([
  'EVENT_HASH',
  'MALFORMED',
  'DUPLICATE',
  'TIME_BACKWARDS',
  'HEAD_FORGED',
  'DISCLOSURE_MISMATCH',
  'VIEW_MISMATCH',
  'DERIVED_MISMATCH',
  'COUNT_MISMATCH',
  'STATE_UNLOGGED',
]);

/** What rows, tiles and notes under accepted keys say against one another. */
const OF_SIGNED: ReadonlySet<string> = new Set<FindingCode>(['FORK', 'EQUIVOCATION', 'TRUNCATED', 'TILE_MISMATCH', 'ROOT_MISMATCH']);

/**
 * Whether all that was found can lie in keys or checkpoints that a caller brought, and not in the trail. What rows alone say cannot; a broken link neither, except beside a gap:
 * rows that are gone lawfully, by an act of a key that is not trusted here, leave both. Nor what only a note can show that opens under a key that was given, where every key that
 * was given is our own: a checkpoint that somebody kept, and that our key signed, speaks of the trail.
 */
export const canBeOfCaller = (counts: Readonly<Record<string, unknown>>, areKeysOurs = false): boolean =>
  Object.keys(counts).every((code) => !OF_ROWS.has(code) && !(areKeysOurs && OF_SIGNED.has(code)) && (code !== 'CHAIN_LINK' || 'SEQ_GAP' in counts));

/** SPEC §8: so many of a run are kept, the first of them. */
export const FINDINGS_KEPT = 10_000;

/** Counts every finding by code, keeps the first 10,000, hands each later one to `overflow`: ten million findings take no memory. */
export class FindingLog {
  readonly counts: FindingCounts = {};
  readonly kept: Finding[] = [];
  total = 0;

  constructor(private readonly overflow: (finding: Finding) => void = () => {}) {}

  add(finding: Finding): void {
    this.total++;
    this.counts[finding.code] = (this.counts[finding.code] ?? 0) + 1;
    if (this.kept.length < FINDINGS_KEPT) this.kept.push(finding);
    else this.overflow(finding);
  }

  /** Whether the log itself is at fault. */
  get isBroken(): boolean {
    return this.total > (this.counts.KEY_ROTATED ?? 0);
  }
}

export type VerdictState = 'holds' | 'consistent' | 'broken' | 'cancelled' | 'not_covered';
