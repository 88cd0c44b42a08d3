/**
 * SPEC §8, some events of a trail checked by their proofs, without the rest of it: those of one resource.
 *
 *   row ─▶ its hash (header, payload, link over its stored prev_hash) ─┬─ below the signed size ─▶ proven under the root, many at once
 *                                                                      ├─ above the size that is proven ─▶ nothing leads to a root: not proven
 *                                                                      └─ not sealed yet
 *
 * That says that these events are the ones that were signed. It can not say that none is missing: what is not here has no proof.
 *
 * Feed it like this, all from one snapshot, the rows in the order of seq:
 *
 *   for await (const chunk of copy) for each row { judge.row(row); if (judge.isFull) await judge.prove(readTile, values); }
 *   await judge.prove(readTile, values); judge.finish(acts);
 *
 * Memory holds one batch of leaves, whatever the number of rows.
 */
import { entryOfCopyRow } from './chain-entry';
import { COLUMN, type CopyRow } from './copy-row';
import { type Finding, FindingLog, type VerdictState } from './finding';
import { hashFault } from './hash-fault';
import { isJsonObject, type JsonObject, parseJson } from './json';
import { type Leaf, leafOf, proveLeaves } from './prove-leaves';
import { RowHasher } from './row-hasher';
import { SealedJudge, type SealedRow } from './sealed-judge';
import type { ProvenRoot } from './tile-root';
import type { ReadTile } from './tiles';
import type { Found } from './tree-verdict';

type Options = {
  origin: string;
  /** Other trails of this installation. */
  knownOrigins?: readonly string[];
  /** Parses every event. */
  isDeep?: boolean;
  /** What the events are proven under; null: nothing is signed, or no tile leads there. */
  base: ProvenRoot | null;
  /** The largest size that is known to be signed. */
  signedTo: number;
  /** Takes each finding after the first 10,000. */
  overflow?: (finding: Finding) => void;
};

const BATCH = 1024;

export class ResourceJudge {
  readonly log: FindingLog;
  /** Events judged. */
  checked = 0;
  /** Of those that hold: led to the root; not signed yet; signed, where nothing in the database leads to the root. */
  proven = 0;
  unsealed = 0;
  unproven = 0;
  /** Over all rows: what a view must say of them. */
  xor = 0n;
  firstSeq: number | null = null;
  lastSeq: number | null = null;
  readonly values: SealedJudge;
  private readonly hashers = new Map<string, RowHasher>();
  private readonly hasher: RowHasher;
  private readonly others: readonly string[];
  private leaves: Leaf[] = [];
  // a second row of one number is proven by itself: either of the two may be the one that was signed
  private doubles: Leaf[] = [];
  private seqs: number[] = [];
  private faults: Found[] = [];
  private lastGood: number | null = null;

  constructor(private readonly options: Options) {
    const { origin, knownOrigins = [], overflow } = options;
    this.log = new FindingLog(overflow);
    this.hasher = this.hasherOf(origin);
    this.others = knownOrigins.filter((other) => other !== origin);
    this.values = new SealedJudge((finding) => this.log.add(finding), false);
  }

  /** Found beside the rows: of checkpoints, keys, the view. */
  add(found: readonly Found[]): void {
    for (const one of found) this.log.add({ ...one, lastGood: null });
  }

  row(row: CopyRow): void {
    this.checked++;
    const seq = row.integer(COLUMN.seq);
    if (typeof seq !== 'number' || seq < 0) {
      this.log.add({ code: 'MALFORMED', seq: null, expected: null, found: `header: seq ${seq}`, lastGood: this.lastGood });
      return;
    }
    const isDouble = seq === this.lastSeq;
    this.firstSeq ??= seq;
    this.lastSeq = seq;
    this.xor ^= BigInt(seq);
    this.seqs.push(seq);
    if (isDouble) this.faults.push({ code: 'DUPLICATE', seq, expected: String(seq + 1), found: String(seq) });
    const computed = this.hasher.eventDigest(row);
    const fault = this.faultOf(seq, row, computed);
    if (fault !== null) {
      this.faults.push(fault);
      this.values.unknown(seq, seq + 1);
      return;
    }
    if (!isDouble) this.seeSealed(seq, row);
    this.place(leafOf(seq, Buffer.from(computed, 'latin1')), isDouble);
  }

  /** Time to call `prove`. */
  get isFull(): boolean {
    return this.seqs.length >= BATCH;
  }

  /** Numbers of the rows since the last `prove`, ascending: whose tiles and sealed values are needed next. */
  get waiting(): readonly number[] {
    return this.seqs;
  }

  /** @param values the sealed values of the rows that wait, by seq and pointer */
  async prove(readTile: ReadTile, values: Iterable<SealedRow>): Promise<void> {
    const { leaves, doubles, seqs, faults } = this;
    this.leaves = [];
    this.doubles = [];
    this.seqs = [];
    this.faults = [];
    const { base } = this.options;
    if (base !== null) {
      const unproven = await proveLeaves(leaves, base, readTile);
      for (const leaf of doubles) unproven.push(...(await proveLeaves([leaf], base, readTile)));
      this.proven += leaves.length + doubles.length - unproven.length;
      faults.push(...unproven);
    }
    this.settle(seqs, faults);
    for (const value of values) this.values.value(value);
    const last = seqs.at(-1);
    if (last !== undefined) this.values.settle(last + 1);
  }

  /** Ends it. @param acts every valid act of the trail that may say that a value was erased */
  finish(acts: Iterable<{ seq: number; action: string; details: JsonObject }>): void {
    for (const { seq, action, details } of acts) this.values.act(seq, action, details);
    this.values.finish(Number.POSITIVE_INFINITY, false, true);
  }

  /** `holds`: at least one event is proven under a root that is known outside the database, and nothing was found. */
  state(isCancelled: boolean): VerdictState {
    if (this.log.isBroken) return 'broken';
    if (isCancelled) return 'cancelled';
    if (this.checked === 0) return 'not_covered';
    return this.proven > 0 && this.options.base?.isOutside ? 'holds' : 'consistent';
  }

  private faultOf(seq: number, row: CopyRow, computed: string): Found | null {
    const { origin, isDeep = false } = this.options;
    if (!isDeep && seq > 0 && row.equalsDigest(COLUMN.event_hash, computed)) return null;
    return hashFault(seq, entryOfCopyRow(row, computed, origin, this.hasherOf), { origin, others: this.others, isDeep });
  }

  private seeSealed(seq: number, row: CopyRow): void {
    const text = row.text(COLUMN.sealed);
    const sealed = text === null ? null : parseJson(text);
    if (sealed?.ok && isJsonObject(sealed.value)) this.values.event(seq, sealed.value);
  }

  private place(leaf: Leaf, isDouble: boolean): void {
    const { base, signedTo } = this.options;
    if (leaf.seq < (base?.size ?? 0)) (isDouble ? this.doubles : this.leaves).push(leaf);
    else if (leaf.seq < signedTo) this.unproven++;
    else this.unsealed++;
  }

  /** Each fault knows the last event before it of which nothing was found. */
  private settle(seqs: readonly number[], faults: readonly Found[]): void {
    const left = faults.toSorted((a, b) => (a.seq as number) - (b.seq as number));
    let at = 0;
    for (const seq of new Set(seqs)) {
      const from = at;
      while (left[at]?.seq === seq) at++;
      for (const one of left.slice(from, at)) this.log.add({ ...one, lastGood: this.lastGood });
      if (at === from) this.lastGood = seq;
    }
  }

  private readonly hasherOf = (origin: string): RowHasher => {
    const hasher = this.hashers.get(origin) ?? new RowHasher(origin);
    this.hashers.set(origin, hasher);
    return hasher;
  };
}
