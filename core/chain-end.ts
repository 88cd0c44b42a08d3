/**
 * SPEC §8, what a walk that is through compares with: the head row and its mac, the largest key of event_key, earlier runs (each knows how far the trail went), the
 * derived tables. A head whose mac is wrong is HEAD_FORGED and no witness of anything.
 */
import type { FindingCode } from './finding';
import type { KeyDigest } from './key-digest';
import { headMac } from './mac';
import type { MonthTracker, Segment } from './months';

/** From the same snapshot as the events. What is left out is not compared. */
export type WalkFacts = {
  head?: { nextSeq: number; lastHash: Buffer; mac: Buffer };
  /** Key of the head's mac; without it the mac is not judged. */
  headKey?: Buffer;
  /** Of event_key: count and bit_xor of the key digest over the seqs of the walk from `keysFrom` on, the largest seq over all. */
  keys?: { count: number; xor: bigint; maxSeq: number | null };
  segments?: Segment[];
  /** The largest end of an earlier finished run, or any other number of events that is known to have been. */
  knownTo?: number;
  /** Largest seq that the view holds, null of none: where the walk has an end of its own it says whether the trail goes on behind it. */
  maxSeq?: number | null;
};

/** `to`: the walk covered `[from,to)`. `keysDiffer`: event_key must be compared key by key (compareKeys). */
export type WalkEnd = { to: number; toEventHash: string | null; keysDiffer: boolean };

type Walk = {
  readonly options: { origin: string; to?: number };
  readonly from: number;
  readonly next: number;
  readonly checked: number;
  readonly lastDigest: string | null;
  readonly isLastGood: boolean;
  readonly keys: KeyDigest;
  readonly months: MonthTracker;
};

type Find = (code: FindingCode, seq: number | null, expected: string | null, found: string | null) => void;

export function judgeEnd(walk: Walk, facts: WalkFacts, find: Find): WalkEnd {
  const isHeadForged = judgeHead(walk, facts, find);
  const known = Math.max(isHeadForged ? 0 : (facts.head?.nextSeq ?? 0), (facts.keys?.maxSeq ?? -1) + 1, facts.knownTo ?? 0);
  judgeTail(walk, facts, known, find);
  for (const { seq, expected, found } of facts.segments === undefined ? [] : compareMonths(walk, facts, known)) {
    find('DERIVED_MISMATCH', seq, `trail_segment ${printed(expected)}`, `trail_segment ${printed(found)}`);
  }
  return {
    to: walk.next,
    toEventHash: walk.checked === 0 || walk.lastDigest === null ? null : Buffer.from(walk.lastDigest, 'latin1').toString('hex'),
    keysDiffer: facts.keys !== undefined && (facts.keys.count !== walk.keys.count || facts.keys.xor !== walk.keys.xor),
  };
}

/** Whether the head may not be believed. */
function judgeHead({ options, next, checked, lastDigest, isLastGood }: Walk, { head, headKey, maxSeq }: WalkFacts, find: Find): boolean {
  if (head === undefined) return false;
  const { nextSeq, lastHash, mac } = head;
  const forged = (expected: string, found: string) => {
    find('HEAD_FORGED', nextSeq, expected, found);
    return true;
  };
  if (headKey !== undefined && !headMac(headKey, options.origin, nextSeq, lastHash).equals(mac)) return forged('mac of the key', 'another mac');
  const end = Math.max(checked > 0 ? next : 0, (maxSeq ?? -1) + 1);
  if (end > nextSeq) return forged(`next_seq ${end}`, `next_seq ${nextSeq}`);
  // an event that fails is told as that: its stored hash says nothing of the head
  if (next !== nextSeq || lastDigest === null || !isLastGood || lastHash.toString('latin1') === lastDigest) return false;
  return forged(`last_hash ${Buffer.from(lastDigest, 'latin1').toString('hex')}`, `last_hash ${lastHash.toString('hex')}`);
}

function judgeTail({ options: { to }, from, next, checked }: Walk, { maxSeq }: WalkFacts, known: number, find: Find): void {
  if (to !== undefined && next >= to) return;
  if (to !== undefined && maxSeq !== undefined && maxSeq !== null && maxSeq >= to) find(next === 0 ? 'HEAD_CUT' : 'SEQ_GAP', next, String(next), String(to));
  else if (known > next) find('TRUNCATED', next, String(known), String(next));
  else if (from === 0 && next === 0 && checked === 0) find('HEAD_CUT', 0, '0', null);
}

function compareMonths({ options: { to }, from, next, months }: Walk, { segments = [], maxSeq }: WalkFacts, known: number) {
  const isEnd = to === undefined || (maxSeq !== undefined && (maxSeq ?? -1) < next);
  // seqs that are cut off are told as that: a segment may still hold them
  return months.compare(segments, from, isEnd ? Math.max(next, known) : next, isEnd);
}

const printed = (segment: Segment | null) => (segment === null ? 'none' : `${segment.month} [${segment.firstSeq},${segment.lastSeq}]`);
