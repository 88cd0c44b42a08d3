/**
 * SPEC §8, the whole judgement of a trail in one pass: the chain (chain.ts), and beside it, from the same stream, everything that needs leaves, roots, keys, acts and
 * values.
 *
 *   checkpoints known, keys given ─▶ openKnownNotes          before a row is read: the signed sizes
 *   rows, stubs                   ─▶ walk ─▶ observer ─┬─▶ TreeJudge      roots at the signed sizes, tiles beside rows
 *   sealed_value, by seq          ─▶ value ────────────┼─▶ SealedJudge    values, commitments, erasures
 *                                                      ├─▶ SourceGaps     numbers of sources
 *                                                      └─▶ acts           Absence, KeyLineage
 *   checkpoint, by size           ─▶ listed ────────▶ ListedNotes           beside the root that the rows have there, a page at a time
 *   end(facts)                    ─▶ keys ─▶ head, tail ─▶ absence ─▶ roots ─▶ values ─▶ verdict
 *
 * Feed it like this, all from one snapshot, the notes read before it:
 *
 *   const judge = createTrailJudge({ origin, vkeys, notes, readTile, readsValues: true, … });
 *   for await (const chunk of copy) { …judge.row(row) for each row; for values with seq below judge.next: judge.value(…); await judge.drain(); }
 *   const verdict = await judge.end({ head, headKey, keys, segments, knownTo, maxSeq });
 *
 * `drain` after each chunk keeps memory constant; values may come early, late they must not: all with seq < judge.next before `drain`.
 */

import { Absence } from './absence';
import { ChainWalk, type EventStub, type WalkObserver } from './chain';
import { entryOfRow } from './chain-entry';
import { COLUMN, type CopyRow } from './copy-row';
import type { StoredRow } from './event';
import type { Finding, FindingLog } from './finding';
import { HeldActs } from './held-acts';
import { judgeBeyondRoots } from './judge-beyond-roots';
import { KeyLineage } from './key-lineage';
import { type AcceptedNote, type OpenedNotes, openKnownNotes } from './known-notes';
import { ListedNotes, type ReadListed } from './listed-notes';
import { type Digest, digestOf } from './merkle';
import { notesOf } from './notes-of';
import type { EventRecord } from './record';
import { SealedJudge, type SealedRow } from './sealed-judge';
import { type SeenEvent, type SeenRow, seenIfGood } from './seen-event';
import { SOURCE_ACTIONS, SourceGaps } from './source-gaps';
import type { ProvenSoFar, TrailFacts, TrailJudgeOptions, TrailPart, TrailVerdict } from './trail-verdict';
import { TreeJudge } from './tree-judge';
import { type Found, judgeRoots, type SignedRoot } from './tree-verdict';

export const createTrailJudge = (options: TrailJudgeOptions): TrailJudge => new TrailJudge(options);

export class TrailJudge {
  readonly walk: ChainWalk;
  private readonly opened: OpenedNotes;
  // of its notes those that count, as far as the acts are known
  private trusted: readonly AcceptedNote[];
  private readonly keys: KeyLineage;
  private readonly listedNotes: ListedNotes;
  private readonly tree: TreeJudge;
  private readonly sources: SourceGaps;
  private readonly values: SealedJudge | null;
  private readonly guard: { size: number; root: Buffer } | null;
  private readonly absence: Absence;
  private readonly acts: HeldActs;
  // no row missing, disposed or broken, no act that was not known before
  private isPlain = true;

  constructor(private readonly options: TrailJudgeOptions) {
    const { origin, vkeys = [], notes = [], offered = [], from = 0, readTile = null, readsValues = false } = options;
    this.guard = options.guard ?? null;
    this.keys = new KeyLineage(origin, vkeys, offered);
    this.acts = new HeldActs(origin, vkeys, this.keys);
    this.walk = new ChainWalk({ ...options, observer: this.observer() });
    this.opened = openKnownNotes(origin, vkeys, notes);
    const { accepted, findings } = this.opened;
    this.trusted = accepted;
    this.add(findings);
    this.absence = new Absence((finding) => this.log.add(finding), options.areActsKnown ?? false, this.signedTo);
    const texts = new Map([...this.texts, ...(options.texts ?? [])]);
    this.listedNotes = new ListedNotes({ origin, vkeys, keys: this.keys, texts, opensAll: options.deep ?? false, add: (found) => this.add(found) });
    this.tree = new TreeJudge(from, [...this.sizes, ...(options.sizes ?? [])], readTile, this.listedNotes);
    this.sources = new SourceGaps(from === 0, options.sources);
    this.values = readsValues ? new SealedJudge((finding) => this.log.add(finding), options.areActsKnown ?? false) : null;
  }

  get log(): FindingLog {
    return this.walk.log;
  }

  /** The signed sizes. */
  get sizes(): number[] {
    return [...this.opened.accepted.map(({ size }) => size), ...(this.guard === null ? [] : [this.guard.size])];
  }

  /** Of the notes that were opened before the first row, and whether they were accepted. */
  get texts(): ReadonlyMap<string, boolean> {
    return this.opened.texts;
  }

  /** In place of `end`, after the last event: null where anything was found or the trail is not plain here, and the rows must be read by the walk before. */
  async part(): Promise<TrailPart | null> {
    await this.drain();
    const { to } = this.options;
    if (to !== undefined && this.walk.next < to) return null; // rows are missing at its end, and what may be so is judged by who ends the walk
    this.values?.finish(this.walk.next, to === undefined, true);
    const [tree, walk, sources] = [await this.tree.part(), this.walk.part(), this.sources.part()];
    const listed = this.listedNotes.part;
    if (tree === null || walk === null || sources === null || listed === null || !this.isPlain) return null;
    return { walk, sources, tree, listed, values: this.values?.counts ?? { sealed: 0, erased: 0 } };
  }

  /** Whether `part` may still give one. */
  get mayPart(): boolean {
    return this.isPlain && this.log.total === 0 && this.tree.isForming && this.listedNotes.part !== null;
  }

  /** Takes over the part of the walk that began where this one stands, as if its events had come here. Call after `drain`. @returns false: nothing was taken over, read on */
  adopt(part: TrailPart): boolean {
    if (!this.walk.fits(part.walk) || !this.tree.adopt(part.tree)) return false;
    this.walk.adopt(part.walk);
    this.sources.adopt(part.sources);
    this.listedNotes.adopt(part.listed);
    if (this.values !== null) {
      this.values.counts.sealed += part.values.sealed;
      this.values.counts.erased += part.values.erased;
    }
    return true;
  }

  /** Every event below was judged, or is missing. */
  get next(): number {
    return this.walk.next;
  }

  get checked(): number {
    return this.walk.checked;
  }

  row(row: CopyRow | StoredRow): void {
    this.walk.row(row);
  }

  record(record: EventRecord): void {
    this.walk.record(record);
  }

  stub(stub: EventStub): void {
    this.walk.stub(stub);
  }

  unreadable(): void {
    this.walk.unreadable();
  }

  /** Of no event before the range; where that begins at 0, none is. */
  value(row: SealedRow): void {
    if (row.seq >= this.walk.from || this.walk.from === 0) this.values?.value(row);
  }

  /** Where the checkpoints come from that the database lists, from here on: of sizes from `next` on, or above it where `drain` was called for the events below. */
  listed(source: ReadListed): void {
    this.listedNotes.from(source);
  }

  /** After the last event and `drain`: what is listed of more events than there are. */
  async listedBeyond(): Promise<void> {
    await this.listedNotes.beyond();
  }

  /** An event that may be an act, before the first row (see `areActsKnown`): acts are looked up in the whole trail, not in the range. Its hash was checked by the caller. */
  act(seen: SeenEvent): void {
    this.acts.lookedUp(seen);
  }

  /** The same, checked here: a row that does not hold excuses nothing. */
  actRow(row: StoredRow): void {
    const seen = seenIfGood(entryOfRow(row, this.options.origin));
    if (seen !== null) this.act(seen);
  }

  /** Behind the acts and before the first row of a walk from the middle: where stubs before it may take of what acts allow. Each is given to `stubBefore`, in order. */
  get stubsBefore(): { from: number; to: number }[] {
    this.takeActs();
    return this.absence.placesBefore(this.walk.from);
  }

  stubBefore(seq: number): void {
    this.absence.before(seq);
  }

  async drain(): Promise<void> {
    if (this.options.areActsKnown) this.takeActs();
    await this.tree.drain();
    await this.listedNotes.pass(this.next);
    this.values?.settle(this.walk.next);
  }

  /**
   * The largest signed size that was reached, where nothing at all was found so far and the rows have the signed root at every size on the way: what lies below it needs
   * not be read again by who goes on later. Else null. Ask after `drain`.
   */
  get provenSoFar(): ProvenSoFar | null {
    // whose key an unknown note is by is told at the end
    const isQuiet = Object.keys(this.log.counts).length === 0 && this.opened.unknown.length === 0 && this.listedNotes.part !== null;
    const reached = isQuiet ? this.tree.reached : null;
    if (reached === null || reached.size > this.next) return null;
    const signed = this.signedRoots(this.trusted);
    const at = (size: number, root: Digest) => signed.filter((one) => one.size === size && one.root === root);
    for (const [size, root] of reached.roots) if (at(size, root).length === 0) return null;
    const { size, root } = reached;
    const { away } = this.absence.verdict;
    if (away.some(({ to }) => to > size)) return null; // how much of it lies below is not known
    return { size, away, root: Buffer.from(root, 'latin1'), isOutside: at(size, root).some(({ isOutside }) => isOutside), sources: () => this.sources.state() };
  }

  async end(facts: TrailFacts): Promise<TrailVerdict> {
    this.takeActs();
    const keys = this.keys.judge({ ...this.opened, unknown: [...this.opened.unknown, ...this.listedNotes.unknown] });
    this.add(keys.findings);
    const accepted = [...keys.accepted, ...this.listedNotes.contradicting];
    const { signedTo } = this;
    const isCancelled = facts.isCancelled ?? false;
    const end = this.walk.end(isCancelled ? {} : { ...facts, knownTo: Math.max(facts.knownTo ?? 0, signedTo, this.listedNotes.signedTo) });
    const seesEnd = this.options.to === undefined && !isCancelled;
    const areActsKnown = this.options.areActsKnown || seesEnd;
    if (areActsKnown || !isCancelled) this.absence.finish(signedTo);

    const evidence = await this.tree.finish();
    const { counts } = this.log;
    let [signed, known] = [this.signedRoots(accepted), evidence.roots];
    const how = {
      from: this.walk.from,
      isWhole: (counts.SEQ_GAP ?? 0) + (counts.HEAD_CUT ?? 0) + (counts.CHAIN_LINK ?? 0) === 0,
      // what a cancelled walk did not reach was not compared
      tilesDue: isCancelled ? 0 : (facts.tilesDue?.() ?? 0),
    };
    let roots = judgeRoots(evidence, signed, how);

    if (roots.findings.some(({ code }) => code === 'FORK')) {
      // the bracket ends at the largest size listed below it that is signed and has the rows' root
      const near = this.listedNotes.openNear();
      signed = this.signedRoots([...accepted, ...near]);
      known = new Map([...known, ...near.map(({ size, root }) => [size, digestOf(root)] as const)]);
      roots = judgeRoots({ ...evidence, roots: known }, signed, how);
    }
    this.add([...this.listedNotes.more, ...roots.findings]);
    if (!isCancelled) this.add(await judgeBeyondRoots(evidence, signed, this.options.readTile ?? null));
    // stopped: of the rows since the last `drain` the values may not have come, and nothing is said of them
    if (!isCancelled) this.values?.finish(this.walk.next, seesEnd, areActsKnown);
    // what has not come may lie behind the end of the walk
    if (seesEnd) for (const finding of this.sources.findings()) this.log.add(finding);
    const sealed = roots.confirmed > this.walk.from ? known.get(roots.confirmed) : undefined;
    return {
      ...end,
      state: this.walk.state(isCancelled, roots.outside > this.walk.from),
      signedTo,
      sealedTo: sealed === undefined ? 0 : roots.confirmed,
      root: sealed === undefined ? null : Buffer.from(sealed, 'latin1').toString('hex'),
      provenTo: roots.outside > this.walk.from ? roots.outside : 0,
      sealedValues: this.values?.counts ?? null,
      ...this.absence.verdict,
      mayLack: this.absence.hasActs,
      listed: this.listedNotes.counts,
      notes: this.notesFound(roots.confirmed),
      accepted,
    };
  }

  /** So far. @param confirmed where a larger signed root contradicts a smaller one, it is the other of two */
  notesFound(confirmed = 0): string[] {
    const { origin, vkeys = [] } = this.options;
    const { refused, others } = this.listedNotes.texts;
    const larger = this.log.counts.EQUIVOCATION ? this.trusted.filter(({ size }) => size === confirmed).map(({ note }) => note) : [];
    return [...new Set([...refused, ...larger, ...notesOf(this.log.kept, [...this.opened.texts.keys(), ...others], vkeys, origin)])];
  }

  /** The guard's beside those of the checkpoints that are accepted. */
  private signedRoots(accepted: readonly AcceptedNote[]): SignedRoot[] {
    return [...accepted, ...(this.guard === null ? [] : [{ ...this.guard, isOutside: true }])].map(({ size, root, isOutside }) => ({
      size,
      root: digestOf(root),
      isOutside,
    }));
  }

  private observer(): WalkObserver {
    return {
      row: (seq, digest, row, seen, recordedAt) => this.seeRow(seq, digest, row, seen, recordedAt),
      event: (seq, digest, seen, row) => this.seeEvent(seq, digest, seen, row),
      stub: (seq, digest, lastGood) => {
        if (this.options.areActsKnown) this.takeActs();
        this.absence.stub(seq, lastGood);
        this.leaf(seq, digest);
        this.unknown(seq, seq + 1);
      },
      gap: (from, to, lastGood, isTold) => {
        if (this.options.areActsKnown) this.takeActs();
        const isLawful = !isTold && this.absence.gap(from, to, lastGood);
        this.tree.gap(from, to);
        this.unknown(from, to);
        return isLawful;
      },
    };
  }

  private seeRow(seq: number, digest: Digest, row: CopyRow, seen: SeenRow, recordedAt: number): void {
    this.tree.leaf(digest);
    this.sources.time(recordedAt);
    this.options.counter?.row(seq, row);
    const { lengths } = row;
    const isSealed = this.values !== null && (lengths[COLUMN.sealed] as number) >= 0;
    const isNumbered = (lengths[COLUMN.source_seq] as number) >= 0;
    if (isSealed || isNumbered || isTelling(row)) this.see(seen.of(seq, recordedAt, row));
  }

  private seeEvent(seq: number, digest: Digest, seen: SeenEvent | null, row: CopyRow | null): void {
    this.leaf(seq, digest);
    if (seen === null) this.unknown(seq, seq + 1);
    else {
      this.sources.time(seen.recordedAt);
      if (row !== null) this.options.counter?.row(seq, row);
      this.see(seen);
    }
  }

  private see(seen: SeenEvent): void {
    const sealed = this.values === null ? null : seen.sealed();
    if (sealed !== null) this.values?.event(seen.seq, sealed);
    if (seen.sourceSeq !== null || SOURCE_ACTIONS.has(seen.action)) this.sources.event(seen);
    if (this.acts.meet(seen)) this.isPlain = false;
  }

  private takeActs(): void {
    if (this.acts.isEmpty) return;
    for (const { seq, action, details } of this.acts.release()) {
      this.absence.act(seq, action, details);
      this.values?.act(seq, action, details);
    }
    this.trusted = this.keys.trusted(this.opened.accepted);
    this.absence.signed = this.signedTo;
  }

  /** The largest size that a key which is trusted signed, or the guard names. */
  private get signedTo(): number {
    return Math.max(sizeOf(this.trusted), this.guard?.size ?? 0);
  }

  private leaf(seq: number, digest: Digest): void {
    if (digest.length === 32) this.tree.leaf(digest);
    else this.tree.gap(seq, seq + 1);
  }

  private unknown(from: number, to: number): void {
    this.isPlain = false;
    this.sources.blind();
    this.values?.unknown(from, to);
  }

  private add(findings: readonly Found[]): void {
    for (const { code, seq, expected, found } of findings) this.log.add({ code, seq, expected, found, lastGood: null } satisfies Finding);
  }
}

const sizeOf = (notes: readonly AcceptedNote[]) => notes.reduce((largest, { size }) => Math.max(largest, size), 0);

const TELLING = [...SOURCE_ACTIONS, 'events.disposed', 'partition.archived', 'value.erased', 'key.rotated', 'key.compromised'].map((action) =>
  Buffer.from(action),
);
const TELLING_BY_LENGTH = Array.from({ length: 1 + Math.max(...TELLING.map(({ length }) => length)) }, (_, length) =>
  TELLING.filter((action) => action.length === length),
);

/** Whether the row's action is one that says something of others. Nearly every row ends at its length or first byte. */
function isTelling(row: CopyRow): boolean {
  const names = TELLING_BY_LENGTH[row.lengths[COLUMN.action] as number];
  if (names === undefined || names.length === 0) return false;
  const at = row.starts[COLUMN.action] as number;
  return names.some((name) => row.bytes[at] === name[0] && row.bytes.compare(name, 0, name.length, at, at + name.length) === 0);
}
