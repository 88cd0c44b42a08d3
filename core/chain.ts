/**
 * The judge of SPEC §8 for everything that needs no seal: events in the order of seq go in, findings come out, nothing is kept of an event that is good. Each event
 * is judged in this order:
 *
 *   its place   DUPLICATE below the number that is due, SEQ_GAP (at 0 HEAD_CUT) above it
 *   its hash    where it fails: MALFORMED if a half is no event's text, WRONG_TRAIL if it holds under another known origin, else EVENT_HASH
 *   its link    CHAIN_LINK if prev_hash is not the stored event_hash before; not after a gap, not of a duplicate
 *   its time    TIME_BACKWARDS, between events whose hash holds
 *
 * and the walk goes on from the stored event_hash, so that every event is judged by itself. `end` then compares what was met with what else knows the trail: the
 * head row, event_key, trail_segment, earlier runs. What needs leaves, roots, acts and values is judged beside this walk by its observer (trail-judge.ts), from the
 * same stream; where there is one, it also says which missing events are lawfully so.
 */
import { judgeEnd, type WalkEnd, type WalkFacts } from './chain-end';
import { type ChainEntry, entryOfCopyRow, entryOfRecord, entryOfRow, genesisDigest, hexOf } from './chain-entry';
import { isOrigin } from './check-event';
import { COLUMN, CopyRow, viewOf } from './copy-row';
import { linkHash, type StoredRow } from './event';
import { type Finding, type FindingCode, FindingLog, type VerdictState } from './finding';
import { hashFault } from './hash-fault';
import { KeyDigest } from './key-digest';
import { MonthTracker, type Segment } from './months';
import { PlainEvents } from './plain-event';
import { microsFromTime, timeFromMicros } from './postgres-time';
import type { EventRecord } from './record';
import { RowHasher } from './row-hasher';
import { type SeenEvent, SeenRow, seenEntry } from './seen-event';

/** A disposed event (SPEC §11): its hashes stand for its texts. */
export type EventStub = { seq: number; headerHash: Buffer; payloadHash: Buffer; eventHash: Buffer };

/** Is told every event in its place once, in the order of seq. `digest`: event_hash as stored, one character a byte (of another length where it is no hash). */
export type WalkObserver = {
  /** A COPY row that is good. The row is good until the reader's next step. */
  row(seq: number, digest: string, row: CopyRow, seen: SeenRow, recordedAt: number): void;
  /** Any other event; `seen` is null where its hash does not hold or it is no event. `row` is its COPY row, where it came as one. */
  event(seq: number, digest: string, seen: SeenEvent | null, row: CopyRow | null): void;
  stub(seq: number, digest: string, lastGood: number | null): void;
  /** Events [from,to) are missing. `isTold`: something stood in their place, and was named. @returns whether they are known to be lawfully so */
  gap(from: number, to: number, lastGood: number | null, isTold: boolean): boolean;
};

export type WalkOptions = {
  origin: string;
  /** The walk covers `[from,to)`; without `to` everything from `from` on, and then it reaches the trail's end. */
  from?: number;
  to?: number;
  /** event_hash of the row before `from` as it is stored, null where that row is missing. At 0 the genesis hash stands for it. */
  prevHash?: Buffer | null;
  prevRecordedAt?: string | null;
  /** Other trails of this installation: a row that holds under one of them is WRONG_TRAIL. */
  knownOrigins?: readonly string[];
  /** Judges the texts of every event, not only of event 0 and those whose hash fails. */
  deep?: boolean;
  /** Keys below this seq are left out of the key digest: those beyond the dedupe horizon may be gone. */
  keysFrom?: number;
  /** Of the key digest (key-digest.ts). */
  keySeed?: bigint;
  /** Takes each finding after the first 10,000. */
  overflow?: (finding: Finding) => void;
  /** With one, SEQ_GAP and HEAD_CUT are the observer's to tell. */
  observer?: WalkObserver;
};

// Broken events that are left out of the comparison of keys one by one; where there are more, no later key is judged.
const MAX_FAULTY = 100_000;

/** What a walk of `[from,next)` that found nothing hands to the walk of what is before it; `prev`: what it was told of the event before `from`. */
export type WalkPart = {
  from: number;
  prev: { digest: string | null; recordedAt: number };
  next: number;
  checked: number;
  lastDigest: string | null;
  lastRecordedAt: number;
  keys: { count: number; high: number; low: number };
  months: Segment[];
};

export const createWalk = (options: WalkOptions): ChainWalk => new ChainWalk(options);

export class ChainWalk {
  readonly log: FindingLog;
  readonly keys: KeyDigest;
  readonly months = new MonthTracker();
  readonly from: number;
  /** Events judged so far. */
  checked = 0;
  /** Of those the stubs in their place whose hashes hold; whether they may stand there, the observer judges. */
  stubs = 0;
  /** The number that is due: every one below was met or is named as missing. */
  next: number;
  /** Stored event_hash of the event before `next`, one character a byte; null where it is not known. */
  lastDigest: string | null;
  isLastGood = true;

  private readonly origin: string;
  private readonly hasher: RowHasher;
  private readonly others: readonly string[];
  private readonly isDeep: boolean;
  private readonly keysFrom: number;
  private readonly plain = new PlainEvents();
  private readonly isOriginPlain: boolean;
  private lastRecordedAt: number | bigint;
  private lastGood: number | null = null;
  // lines that are no record, since the last event: each stands for one that is missing, or for none
  private unread = 0;
  private readonly faulty = new Set<number>();
  private readonly hashers = new Map<string, RowHasher>();
  private readonly observer: WalkObserver | null;
  private readonly seenRow = new SeenRow();
  private readonly prev: WalkPart['prev'];

  constructor(readonly options: WalkOptions) {
    const { origin, from = 0, prevHash = null, prevRecordedAt = null } = options;
    this.origin = origin;
    this.hasher = this.hasherOf(origin);
    this.log = new FindingLog(options.overflow);
    this.others = (options.knownOrigins ?? []).filter((other) => other !== origin);
    this.isDeep = options.deep ?? false;
    this.isOriginPlain = isOrigin(origin);
    this.keysFrom = options.keysFrom ?? from;
    this.keys = new KeyDigest(options.keySeed ?? 0n);
    this.observer = options.observer ?? null;
    this.from = from;
    this.next = from;
    this.lastRecordedAt = prevRecordedAt === null ? Number.NEGATIVE_INFINITY : microsFromTime(prevRecordedAt);
    this.lastDigest = from === 0 ? genesisDigest(origin) : (prevHash?.toString('latin1') ?? null);
    this.prev = { digest: this.lastDigest, recordedAt: Number(this.lastRecordedAt) };
  }

  /** Null where anything was found. */
  part(): WalkPart | null {
    if (this.log.total > 0 || this.unread > 0) return null;
    const { from, prev, next, checked, lastDigest, lastRecordedAt, months } = this;
    const { count, high, low } = this.keys;
    return { from, prev, next, checked, lastDigest, lastRecordedAt: Number(lastRecordedAt), keys: { count, high, low }, months: months.met };
  }

  /** Whether the part goes on exactly where this walk, which found nothing, stands. */
  fits({ from, prev }: WalkPart): boolean {
    const isQuiet = this.log.total === 0 && this.unread === 0;
    return isQuiet && this.next === from && this.lastDigest !== null && this.lastDigest === prev.digest && Number(this.lastRecordedAt) === prev.recordedAt;
  }

  /** As if the events of a part that fits had come here. */
  adopt(part: WalkPart): void {
    if (part.checked === 0) return;
    this.checked += part.checked;
    this.next = part.next;
    this.lastDigest = part.lastDigest;
    this.lastRecordedAt = part.lastRecordedAt;
    this.lastGood = part.next - 1;
    this.keys.adopt(part.keys);
    this.months.adopt(part.months);
  }

  /** The next event: a COPY row in place, a row of values, or a line of an export. */
  row(row: CopyRow | StoredRow): void {
    if (row instanceof CopyRow) this.copyRow(row);
    else this.judge(entryOfRow(row, this.origin));
  }

  record(record: EventRecord): void {
    this.judge(entryOfRecord(record, this.origin));
  }

  /** A line of an export that is no record: it stands in the place of the event that is due, or is one too many. */
  unreadable(): void {
    this.checked++;
    this.find('MALFORMED', this.next + this.unread, null, 'no record');
    this.unread++;
  }

  /** A disposed event. Whether it may be one, the observer judges. */
  stub({ seq, headerHash, payloadHash, eventHash }: EventStub): void {
    this.checked++;
    const before = this.log.total;
    const isNext = seq === this.next;
    const isDuplicate = seq < this.next;
    this.judgePlace(seq);
    const wrong = Object.entries({ header_hash: headerHash, payload_hash: payloadHash, event_hash: eventHash }).find(([, hash]) => hash.length !== 32);
    if (wrong !== undefined) this.find('MALFORMED', seq, null, `stub: ${wrong[0]}`);
    const prev = this.lastDigest === null || wrong !== undefined ? null : Buffer.from(this.lastDigest, 'latin1');
    const computed = linkHash(seq, prev, headerHash, payloadHash);
    // it has no prev_hash of its own: after a gap nothing says what it should hash to
    const isOther = isNext && prev !== null && !computed.equals(eventHash);
    if (isOther) this.find('EVENT_HASH', seq, eventHash.toString('hex'), computed.toString('hex'));
    if (isDuplicate) return;
    if (wrong === undefined && !isOther) this.stubs++;
    this.next = seq + 1;
    this.unread = 0;
    this.lastDigest = eventHash.toString('latin1');
    this.isLastGood = this.log.total === before;
    this.observer?.stub(seq, this.lastDigest, this.lastGood);
    if (this.isLastGood) this.lastGood = seq;
  }

  /** Call after the last event, or when the run was cancelled (then without facts: nothing is said of what was not reached). */
  end(facts: WalkFacts): WalkEnd {
    if (this.unread > 0) this.observer?.gap(this.next, this.next + this.unread, this.lastGood, true);
    this.next += this.unread;
    this.isLastGood &&= this.unread === 0;
    this.unread = 0;
    let lawfulTo = this.next;
    const end = judgeEnd(this, facts, (code, seq, expected, found) => {
      const isGap = (code === 'SEQ_GAP' || code === 'HEAD_CUT') && seq !== null && found !== null;
      if (!isGap || this.observer === null) this.find(code, seq, expected, found);
      else if (this.observer.gap(seq, Number(found), this.lastGood, false)) lawfulTo = Number(found);
    });
    if (lawfulTo === this.next) return end;
    // the walk covers what is lawfully gone at its end; of that event nobody has the hash
    this.next = lawfulTo;
    this.lastDigest = null;
    return { ...end, to: lawfulTo, toEventHash: null };
  }

  /** Whether a key's event is good, so that the second pass over event_key may blame the key. */
  isKeyJudged(seq: number): boolean {
    return this.faulty.size < MAX_FAULTY && !this.faulty.has(seq);
  }

  /** `isAnchored`: the range connects to a checkpoint known from outside the database. */
  state(isCancelled = false, isAnchored = false): VerdictState {
    if (this.log.isBroken) return 'broken';
    if (isCancelled) return 'cancelled';
    if (this.checked === 0 && this.options.to !== undefined && this.options.to > this.from) return 'not_covered';
    return isAnchored ? 'holds' : 'consistent';
  }

  // Almost every event is the next one and good: nothing is made of it but its three hashes.
  private copyRow(row: CopyRow): void {
    const computed = this.hasher.eventDigest(row);
    const seq = row.number(COLUMN.seq);
    const recordedAt = row.number(COLUMN.recorded_at);
    const isGood =
      seq === this.next &&
      seq > 0 &&
      this.unread === 0 &&
      this.lastDigest !== null &&
      recordedAt >= this.lastRecordedAt &&
      recordedAt <= Number.MAX_SAFE_INTEGER &&
      row.equalsDigest(COLUMN.event_hash, computed) &&
      row.equalsDigest(COLUMN.prev_hash, this.lastDigest) &&
      (!this.isDeep || (this.isOriginPlain && this.plain.has(row)));
    if (!isGood) {
      this.judge(entryOfCopyRow(row, computed, this.origin, this.hasherOf), row);
      return;
    }
    this.checked++;
    this.next = seq + 1;
    this.lastDigest = computed;
    this.isLastGood = true;
    this.lastGood = seq;
    this.lastRecordedAt = recordedAt;
    this.months.add(seq, recordedAt);
    this.observer?.row(seq, computed, row, this.seenRow, recordedAt);
    if (seq >= this.keysFrom) {
      this.keys.add(seq, row.view, row.starts[COLUMN.id] as number, row.starts[COLUMN.source] as number, Math.max(0, row.lengths[COLUMN.source] as number));
    }
  }

  private readonly hasherOf = (origin: string): RowHasher => {
    const hasher = this.hashers.get(origin) ?? new RowHasher(origin);
    this.hashers.set(origin, hasher);
    return hasher;
  };

  private judge(entry: ChainEntry, row: CopyRow | null = null): void {
    this.checked++;
    const { seq } = entry;
    if (typeof seq !== 'number' || seq < 0) {
      this.find('MALFORMED', typeof seq === 'number' ? seq : null, null, `header: seq ${seq}`);
      return;
    }
    const before = this.log.total;
    const isDuplicate = seq < this.next;
    const isNext = seq === this.next;
    this.judgePlace(seq);
    const isGood = this.judgeHash(seq, entry);
    if (isNext && this.lastDigest !== null && entry.prev !== this.lastDigest) this.find('CHAIN_LINK', seq, hexOf(this.lastDigest), hexOf(entry.prev));
    if (isDuplicate) return;
    if (isGood) this.judgeTime(seq, entry);
    else if (this.faulty.size < MAX_FAULTY) this.faulty.add(seq);
    this.next = seq + 1;
    this.unread = 0;
    this.lastDigest = entry.stored;
    this.isLastGood = isGood;
    this.observer?.event(seq, entry.stored, isGood ? seenEntry(seq, entry) : null, row);
    if (this.log.total === before) this.lastGood = seq;
  }

  private judgePlace(seq: number): void {
    const due = this.next + this.unread;
    if (seq < this.next) {
      this.find('DUPLICATE', seq, String(this.next), String(seq));
      return;
    }
    if (this.unread > 0 && seq > this.next) this.observer?.gap(this.next, Math.min(due, seq), this.lastGood, true);
    if (seq <= due) return;
    if (this.observer !== null) this.observer.gap(due, seq, this.lastGood, false);
    else this.find(due === 0 ? 'HEAD_CUT' : 'SEQ_GAP', due, String(due), String(seq));
  }

  /** Whether the event is one of this trail and holds. */
  private judgeHash(seq: number, entry: ChainEntry): boolean {
    const fault = hashFault(seq, entry, { origin: this.origin, others: this.others, isDeep: this.isDeep });
    if (fault !== null) this.find(fault.code, seq, fault.expected, fault.found);
    return fault === null;
  }

  private judgeTime(seq: number, entry: ChainEntry): void {
    const recordedAt = entry.recordedAt();
    if (recordedAt < this.lastRecordedAt) this.find('TIME_BACKWARDS', seq, printed(this.lastRecordedAt), printed(recordedAt));
    this.lastRecordedAt = recordedAt;
    this.months.add(seq, Number(recordedAt));
    if (seq < this.keysFrom) return;
    const { id, source } = entry.key();
    this.keys.add(seq, viewOf(Buffer.concat([id, source])), 0, 16, source.length);
  }

  private find(code: FindingCode, seq: number | null, expected: string | null, found: string | null): void {
    this.log.add({ code, seq, expected, found, lastGood: this.lastGood });
  }
}

const printed = (micros: number | bigint) => timeFromMicros(BigInt(micros));
