/**
 * SPEC §8, the rows of a trail against its tiles, from the same stream as the walk:
 *
 *   event_hash of each row ─▶ queue ─drain─▶ leaves ─▶ root at each signed size
 *                                               └────▶ tile by tile beside the stored ones: which leaves differ, and which roots the stored leaves have
 *
 * The stored tiles are the *old leaves*: they say what a rewritten event was, where they still hash to what was signed. They also stand in for rows that are gone. As
 * long as rows and tiles agree there is one tree; from the first tile that differs there are two. Reading tiles takes time and the walk does not wait: call `drain`
 * after each chunk of rows. What is held is a chunk of hashes, a tile a level and the runs of leaves that differ.
 */
import { type Digest, HASH_BYTES } from './merkle';
import { type FullTile, type ReadTile, rightEdge, TILE_WIDTH, type TileRef, TileTree, tileWidth } from './tiles';

/** Leaves [from,to) differ; `old` and `now` are the first one's leaf hashes. */
export type LeafRun = { from: number; to: number; old: Digest; now: Digest };

export type TreeEvidence = {
  /** Leaves that could be formed: rows, or stored leaves where rows are missing. */
  size: number;
  /** Root of the rows at each signed size that was reached. */
  roots: ReadonlyMap<number, Digest>;
  /** The same of the stored leaves. */
  oldRoots: ReadonlyMap<number, Digest>;
  /** Stored leaves that were compared. */
  oldSize: number;
  /** Ascending. */
  runs: readonly LeafRun[];
  /** Hashes above level 0 that are not what the rows' leaves make: `index` counts within the level. */
  upperFaults: readonly UpperFault[];
  /** Tiles above level 0 that are stored less wide than the rows make them, `width` hashes, or not at all, 0. */
  short: readonly TileRef[];
  /** The tile that a walk from the middle had to begin with and was not there as wide: then it has no tree. */
  noStart: TileRef | null;
};

export type UpperFault = { level: number; index: number };

/** Of a walk from the middle; `startRoot`: of the tree that it began with. */
export type TreePart = { startRoot: Digest; evidence: TreeEvidence };

/** Sizes that come while the walk goes on, ascending, besides those that are known before it. */
export interface ListedSizes {
  readonly next: number;
  /** Before `next` is asked for the first time in a `drain`. */
  ready(): Promise<unknown>;
  /** Given the root of the rows at that size, or at one behind. @returns whether somebody signed another one */
  reached(size: number, root: Digest): Promise<boolean>;
  /** Another size was reached. */
  mark(): void;
}

type Gap = { from: number; to: number };
type Done = FullTile | { same: Digest };

// where more leaves are altered one by one, the later ones are not named
const MAX_RUNS = 100_000;
const NO_BYTES = Buffer.alloc(0);

export class TreeJudge {
  private tree: TileTree | null = null;
  private old: TileTree | null = null;
  private queue: (Digest | Gap)[] = [];
  private done: Done[] = [];
  private isStarted = false;
  private isBroken = false;
  private isOldEnded = false;
  private isDiverged = false;
  // sizes[sizeAt] is the next one to be reached
  private sizeAt = 0;
  private readonly sizes: number[];
  // that one, or the next that is listed
  private nextSize = Number.POSITIVE_INFINITY;
  private readonly isSigned: Set<number>;
  private readonly roots = new Map<number, Digest>();
  private readonly oldRoots = new Map<number, Digest>();
  private readonly runs: LeafRun[] = [];
  private readonly upperFaults: UpperFault[] = [];
  private readonly short: TileRef[] = [];
  private noStart: TileRef | null = null;
  private startRoot: Digest | null = null;
  private behind: TreeEvidence | null = null;

  /** `sizes`: those that somebody signed. A walk from the middle takes the tree up to there from the tiles. */
  constructor(
    private readonly from: number,
    sizes: readonly number[],
    private readonly readTile: ReadTile | null,
    private readonly listed: ListedSizes | null = null,
  ) {
    this.isSigned = new Set(sizes);
    this.sizes = [...this.isSigned].filter((size) => size >= from).sort((a, b) => a - b);
  }

  leaf(eventDigest: Digest): void {
    this.mustGoOn();
    this.queue.push(eventDigest);
  }

  gap(from: number, to: number): void {
    this.mustGoOn();
    this.queue.push({ from, to });
  }

  async drain(): Promise<void> {
    if (!this.isStarted) await this.start();
    const { queue } = this;
    this.queue = [];
    await this.listed?.ready();
    this.findNext();
    if (this.tree !== null && this.tree.size === this.nextSize) await this.note(this.tree);
    // by index: across an await an iterator makes an object for each leaf
    for (let i = 0; i < queue.length; i++) {
      const item = queue[i] as Digest | Gap;
      if (this.tree === null || this.isBroken) break;
      if (typeof item !== 'string') await this.fill(this.tree, item);
      else {
        this.tree.push(item);
        if (this.tree.size === this.nextSize) await this.note(this.tree);
      }
    }
    await this.compareDone();
  }

  /**
   * How far the walk has come with nothing to say against it: the last signed size reached, and the root there. Null before the first, and where rows and tiles differ or
   * no root can be formed. What was drained alone counts.
   */
  get reached(): { size: number; root: Digest; roots: ReadonlyMap<number, Digest> } | null {
    const size = this.sizes[this.sizeAt - 1];
    const root = size === undefined ? undefined : this.roots.get(size);
    if (size === undefined || root === undefined || !this.isOne(size)) return null;
    return { size, root, roots: this.roots };
  }

  /** What a walk from the middle hands to the one before it: its evidence, and the root that the stored tiles gave it to begin with. Null where rows and tiles are not one tree. */
  async part(): Promise<TreePart | null> {
    const evidence = await this.finish();
    // how far the stored tiles must reach is asked of both parts together, at the end
    return this.startRoot !== null && this.isForming && this.hasNoFault ? { startRoot: this.startRoot, evidence } : null;
  }

  /** Whether roots can be formed, as far as is known. */
  get isForming(): boolean {
    return !this.isStarted || (this.tree !== null && !this.isBroken);
  }

  private get hasNoFault(): boolean {
    return !this.isDiverged && this.upperFaults.length === 0;
  }

  /** Whether rows and stored tiles are one tree up to a size: each full tile below was there and was the same. */
  private isOne(size: number): boolean {
    const isCompared = this.readTile === null || (this.old !== null && this.old.size >= size - (size % TILE_WIDTH));
    const hasAll = this.short.every(({ level, n, width }) => width >= tileWidth(level, n, size));
    return this.tree !== null && !this.isBroken && this.hasNoFault && isCompared && hasAll;
  }

  private mustGoOn(): void {
    if (this.behind !== null) throw new Error('the tree from here on was taken over: nothing comes behind it');
  }

  /** Takes over the tree from here on, where it began with the root that the rows have here. Call after `drain`. @returns false: nothing was taken over */
  adopt({ startRoot, evidence }: TreePart): boolean {
    if (this.tree === null || !this.isOne(this.tree.size) || this.tree.root() !== startRoot) return false;
    this.behind = evidence;
    return true;
  }

  /** After the last event. */
  async finish(): Promise<TreeEvidence> {
    await this.drain();
    if (this.tree !== null && this.readTile !== null) {
      for (const { level, n, width, hashes } of this.tree.partialTiles()) {
        if (level > 0) await this.compareUpper(level, n, hashes, width);
        else if (this.isInStep(n)) await this.compareLeaves(n, hashes, width, null);
      }
    }
    const oldSize = this.old?.size ?? 0;
    for (const [size, root] of this.roots) if (size <= oldSize && !this.oldRoots.has(size)) this.oldRoots.set(size, root);
    const { roots, oldRoots, runs, upperFaults, short, noStart, behind } = this;
    if (behind === null) return { size: this.tree?.size ?? 0, roots, oldRoots, oldSize, runs, upperFaults, short, noStart };
    return {
      size: behind.size,
      roots: new Map([...roots, ...behind.roots]),
      oldRoots: new Map([...oldRoots, ...behind.oldRoots]),
      oldSize: behind.oldSize,
      runs: [...runs, ...behind.runs],
      upperFaults: [...upperFaults, ...behind.upperFaults],
      short: [...short, ...behind.short],
      noStart,
    };
  }

  private async start(): Promise<void> {
    this.isStarted = true;
    const onTile = (tile: FullTile) => {
      if (this.readTile !== null) this.done.push({ ...tile, hashes: Buffer.from(tile.hashes) });
    };
    const aligned = Math.floor(this.from / TILE_WIDTH) * TILE_WIDTH;
    if (this.from === 0) this.tree = new TileTree(onTile);
    else if (this.readTile !== null) {
      this.tree = await TileTree.resume(this.from, this.readTile, onTile);
      if (this.tree === null) this.noStart = await this.firstMissing();
    }
    if (this.readTile !== null && this.tree !== null) this.old = await TileTree.resume(aligned, this.readTile);
    this.startRoot = this.tree?.root() ?? null;
  }

  private async firstMissing(): Promise<TileRef | null> {
    for (const tile of rightEdge(this.from)) {
      const bytes = await this.tile(tile.level, tile.n);
      if (bytes === null || bytes.length < tile.width * HASH_BYTES) return tile;
    }
    return null;
  }

  private async note(tree: TileTree): Promise<void> {
    const { size } = tree;
    const root = tree.root();
    if (size === this.sizes[this.sizeAt]) {
      this.listed?.mark();
      this.roots.set(size, root);
      this.sizeAt++;
    }
    if (await this.listed?.reached(size, root)) {
      this.roots.set(size, root);
      this.isSigned.add(size);
    }
    this.findNext();
  }

  private findNext(): void {
    this.nextSize = Math.min(this.sizes[this.sizeAt] ?? Number.POSITIVE_INFINITY, this.listed?.next ?? Number.POSITIVE_INFINITY);
  }

  /** Rows that are gone: the stored leaves stand in for them, a whole tile of them at once where nobody is known to have signed a size within. What is listed there is not compared. */
  private async fill(tree: TileTree, { from, to }: Gap): Promise<void> {
    let at = from;
    while (at < to) {
      const isWhole = at % TILE_WIDTH === 0 && to - at >= TILE_WIDTH && (this.sizes[this.sizeAt] ?? at + TILE_WIDTH) >= at + TILE_WIDTH;
      const subtree = isWhole ? await this.stored(1, at / TILE_WIDTH) : null;
      const leaf = subtree === null ? await this.stored(0, at) : null;
      if (subtree !== null) {
        tree.pushSubtree(1, subtree);
        this.done.push({ same: subtree });
        at += TILE_WIDTH;
      } else if (leaf !== null) {
        tree.pushLeaf(leaf);
        at++;
      } else {
        this.isBroken = true; // no root can be formed from here on
        return;
      }
      if (tree.size >= this.nextSize) await this.note(tree);
    }
  }

  private lastRead: { level: number; n: number; bytes: Buffer | null } | null = null;

  private async stored(level: number, index: number): Promise<Digest | null> {
    const n = Math.floor(index / TILE_WIDTH);
    if (this.lastRead?.level !== level || this.lastRead.n !== n) this.lastRead = { level, n, bytes: await this.tile(level, n) };
    const { bytes } = this.lastRead;
    const at = (index - n * TILE_WIDTH) * HASH_BYTES;
    return bytes === null || bytes.length < at + HASH_BYTES ? null : bytes.toString('latin1', at, at + HASH_BYTES);
  }

  /** As many whole hashes as are stored, 256 at most; null where there are none. */
  private async tile(level: number, n: number): Promise<Buffer | null> {
    const bytes = this.readTile === null ? null : await this.readTile(level, n, 1);
    if (bytes === null) return null;
    const whole = Math.min(TILE_WIDTH, Math.floor(bytes.length / HASH_BYTES)) * HASH_BYTES;
    return whole === 0 ? null : Buffer.from(bytes.buffer, bytes.byteOffset, whole);
  }

  private async compareDone(): Promise<void> {
    const { done } = this;
    this.done = [];
    for (const tile of done) {
      if ('same' in tile) {
        if (this.old !== null && !this.isOldEnded && this.old.size % TILE_WIDTH === 0) this.old.pushSubtree(1, tile.same);
      } else if (tile.level > 0) await this.compareUpper(tile.level, tile.n, tile.hashes, TILE_WIDTH);
      else if (this.isInStep(tile.n)) await this.compareLeaves(tile.n, tile.hashes, TILE_WIDTH, tile.root);
    }
  }

  /** Whether the stored leaves are known up to this tile. */
  private isInStep(n: number): boolean {
    return this.old !== null && !this.isOldEnded && this.old.size === n * TILE_WIDTH;
  }

  private async compareLeaves(n: number, rows: Buffer, width: number, root: Digest | null): Promise<void> {
    const old = this.old as TileTree;
    const stored = await this.tile(0, n);
    const count = stored === null ? 0 : stored.length / HASH_BYTES;
    if (count < TILE_WIDTH) this.isOldEnded = true;
    if (stored === null) return;
    if (root !== null && !this.isDiverged && stored.equals(rows)) {
      old.pushSubtree(1, root);
      return;
    }
    for (let i = 0; i < count; i++) {
      const leaf = stored.toString('latin1', i * HASH_BYTES, (i + 1) * HASH_BYTES);
      if (i < width) this.compareLeaf(n * TILE_WIDTH + i, leaf, rows.toString('latin1', i * HASH_BYTES, (i + 1) * HASH_BYTES));
      old.pushLeaf(leaf);
      if (this.isDiverged && this.isSigned.has(old.size)) this.oldRoots.set(old.size, old.root());
    }
  }

  private compareLeaf(seq: number, old: Digest, now: Digest): void {
    if (old === now) return;
    this.isDiverged = true;
    const last = this.runs.at(-1);
    if (last?.to === seq) last.to++;
    else if (this.runs.length < MAX_RUNS) this.runs.push({ from: seq, to: seq + 1, old, now });
  }

  private async compareUpper(level: number, n: number, rows: Buffer, width: number): Promise<void> {
    const stored = (await this.tile(level, n)) ?? NO_BYTES;
    const common = Math.min(stored.length, width * HASH_BYTES);
    if (common < width * HASH_BYTES && this.short.length < MAX_RUNS) this.short.push({ level, n, width: common / HASH_BYTES });
    if (stored.subarray(0, common).equals(rows.subarray(0, common))) return;
    for (let at = 0; at < common; at += HASH_BYTES) {
      const isSame = stored.subarray(at, at + HASH_BYTES).equals(rows.subarray(at, at + HASH_BYTES));
      if (!isSame && this.upperFaults.length < MAX_RUNS) this.upperFaults.push({ level, index: n * TILE_WIDTH + at / HASH_BYTES });
    }
  }
}
