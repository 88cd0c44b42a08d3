/**
 * SPEC §7, §8, the checkpoints that the database lists, each beside the root that the rows have at its size, while the walk is there:
 *
 *   rows by size ─▶ a page ─▶ the tree has grown to that size ─reached─▶ its root is the rows', a trusted key's id signs it    compared; opened in a deep run
 *                                                                      └▶ anything else                                        opened in every run
 *
 * Opened means that its signature is verified, which takes a thousand times as long as to compare. A row adds to what is known and makes nothing good. What is held is
 * a page, what contradicts the rows and where a bracket of FORK may end, whatever the table holds.
 */
import { type Checkpoint, parseCheckpointText } from './checkpoint';
import type { KeyLineage } from './key-lineage';
import { type AcceptedNote, openKnownNotes, type UnknownNote, unknownKey } from './known-notes';
import { type Digest, digestOf } from './merkle';
import { type Note, parseNote } from './signed-note';
import type { ListedSizes } from './tree-judge';
import type { Found } from './tree-verdict';
import type { Vkey } from './vkey';

type SizedNote = { size: number; note: UnknownNote };

export type ListedNote = { size: number; root: Uint8Array; note: string };

/** The next of them, by size; none behind the last. */
export type ReadListed = () => Promise<readonly ListedNote[]>;

/**
 * `compared`: listed at a size that the rows reach, and of which there is a root. `opened`: those of them of which the signature of a given key was verified. `uncompared`: at one that they
 * reach and of which no root was formed.
 */
export type ListedCounts = { compared: number; opened: number; uncompared: number };

type Options = {
  origin: string;
  vkeys: readonly Vkey[];
  keys: KeyLineage;
  /** Of those that were opened before the first row, here or by the walk before, and whether they were accepted. */
  texts: ReadonlyMap<string, boolean>;
  opensAll: boolean;
  add: (findings: readonly Found[]) => void;
};

// where more contradict the rows the later ones say no more; what else is more is told as one
const MOST_KEPT = 1_000;
const MOST_OF_ONE = 64;

export class ListedNotes implements ListedSizes {
  readonly counts: ListedCounts = { compared: 0, opened: 0, uncompared: 0 };
  /** By a key that is trusted, with another root than the rows have, or of more events than there are. */
  readonly contradicting: AcceptedNote[] = [];
  // that no key which is named signed, nor a given one
  private readonly strangers: UnknownNote[] = [];
  // by the named keys that signed: the smallest and the largest, which say of all whether they are explained
  private readonly named = new Map<string, { least: SizedNote; most: SizedNote }>();
  // such as no key of ours signed, or in another one's row
  private readonly refused = new Set<string>();
  /** Says what the rows say, the last one below each place at which another may not. */
  private readonly near = new Map<number, ListedNote>();
  private last: ListedNote | null = null;
  private source: ReadListed | null = null;
  private page: readonly ListedNote[] = [];
  // page[at] is the next one
  private at = 0;
  private told = 0;
  private untold = 0;
  private readonly bySigners = new Map<string, number>();
  /** The largest size above the rows that a trusted key signed. */
  signedTo = 0;

  constructor(private readonly options: Options) {}

  /** Where they come from, from here on: none below what was passed. */
  from(source: ReadListed): void {
    [this.source, this.page, this.at] = [source, [], 0];
  }

  /** Before `next` is asked. @returns the next one */
  async ready(): Promise<ListedNote | undefined> {
    while (this.at === this.page.length && this.source !== null) {
      [this.page, this.at] = [await this.source(), 0];
      if (this.page.length === 0) this.source = null;
    }
    return this.page[this.at];
  }

  get next(): number {
    return this.page[this.at]?.size ?? Number.POSITIVE_INFINITY;
  }

  /** Those below it are passed. @returns whether one that counts says otherwise */
  async reached(size: number, root: Digest): Promise<boolean> {
    await this.pass(size - 1);
    const before = this.contradicting.length;
    for (let row = await this.ready(); row?.size === size; row = await this.ready()) {
      this.at++;
      this.compare(row, root);
    }
    return this.contradicting.length > before;
  }

  /** A size is reached that is known otherwise, and whose root may be another. */
  mark(): void {
    if (this.last !== null) this.near.set(this.last.size, this.last);
  }

  /** Sizes to `last` at which no root was formed. */
  async pass(last: number): Promise<void> {
    for (let row = await this.ready(); row !== undefined && row.size <= last; row = await this.ready()) {
      this.at++;
      this.counts.uncompared++;
      if (this.options.opensAll) this.open(row);
    }
  }

  /** Behind the last event, those of more events than there are: in a deep run; the largest are among those that are opened before the first row. */
  async beyond(): Promise<void> {
    if (!this.options.opensAll) return;
    for (let row = await this.ready(); row !== undefined; row = await this.ready()) {
      this.at++;
      this.signedTo = Math.max(this.signedTo, this.open(row)?.size ?? 0);
    }
  }

  /** What a walk of the later rows hands over; null where it has found what is judged with those before. */
  get part(): { counts: ListedCounts; near: ListedNote[] } | null {
    return this.contradicting.length + this.strangers.length + this.named.size + this.signedTo === 0
      ? { counts: this.counts, near: [...this.near.values()] }
      : null;
  }

  /** What there was no room to tell of, at the end. */
  get more(): Found[] {
    return this.untold === 0 ? [] : [{ code: 'NOTE_REFUSED', seq: null, expected: `${this.untold}`, found: 'more' }];
  }

  /** By keys that were not given: whether those are explained is said at the end. */
  get unknown(): UnknownNote[] {
    return [...this.strangers, ...new Set([...this.named.values()].flatMap(({ least, most }) => [least.note, most.note]))];
  }

  adopt({ counts, near }: NonNullable<ListedNotes['part']>): void {
    this.counts.compared += counts.compared;
    this.counts.opened += counts.opened;
    this.counts.uncompared += counts.uncompared;
    for (const row of near) this.near.set(row.size, row);
  }

  /** What findings may be about: `refused` are those of which one was told here. */
  get texts(): { refused: string[]; others: string[] } {
    return { refused: [...this.refused], others: [...this.contradicting, ...this.unknown, ...this.near.values()].map(({ note }) => note) };
  }

  /** To narrow a bracket: the rows' root is signed there too. */
  openNear(): AcceptedNote[] {
    return [...this.near.values()].flatMap((row) => this.open(row) ?? []);
  }

  private compare(row: ListedNote, root: Digest): void {
    this.counts.compared++;
    const isRows = digestOf(row.root) === root;
    const isOpened = this.options.texts.get(row.note);
    const note = isRows || isOpened !== undefined ? parseNote(row.note) : null;
    const saysRow = this.saysRow(row, note);
    const isPlain = isRows && saysRow && this.isByTrusted(row, note);
    if (isOpened !== undefined) {
      if (isOpened) this.counts.opened++;
      if (!saysRow)
        this.open(row); // it was told of, but for the place where it stands
      else if (isPlain) this.last = row;
      return;
    }
    if (isPlain && !this.options.opensAll) {
      this.last = row;
      return;
    }
    if (!isRows && !this.options.opensAll && this.contradicting.length >= MOST_KEPT) return;
    const accepted = this.open(row);
    if (accepted === null) return;
    this.counts.opened++;
    if (isRows) this.last = row;
    else {
      this.mark();
      if (this.contradicting.length < MOST_KEPT) this.contradicting.push(accepted);
    }
  }

  private saysRow({ size, root }: ListedNote, note: Note | null): boolean {
    const body = parseCheckpointText(note?.text ?? '');
    return typeof body !== 'string' && body.origin === this.options.origin && body.size === size && body.root.equals(root);
  }

  /** By the id that it names: one that another key uses, or a signature that does not hold, is seen when it is opened. */
  private isByTrusted({ size }: ListedNote, note: Note | null): boolean {
    const { vkeys, keys, origin } = this.options;
    const named = note?.signatures ?? [];
    return vkeys.some(
      (vkey) => vkey.name === origin && named.some(({ name, keyId }) => name === vkey.name && keyId === vkey.keyId) && size <= keys.trustedTo(vkey),
    );
  }

  /** Tells what is wrong with it. @returns null where it does not count */
  private open(row: ListedNote): AcceptedNote | null {
    const { origin, vkeys, keys, texts } = this.options;
    const isTold = texts.has(row.note);
    const { accepted, unknown, findings } = openKnownNotes(origin, vkeys, [{ note: row.note, isOutside: false }]);
    if (!isTold) {
      if (findings.length > 0) this.refuse(row.note, findings);
      for (const note of unknown) this.keepUnknown(note);
    }
    const [note] = accepted;
    if (note === undefined) return null;
    if (!this.saysRow(row, parseNote(row.note))) {
      this.refuse(row.note, [{ code: 'NOTE_REFUSED', seq: null, expected: `${row.size}`, found: 'row' }]);
      return null;
    }
    if (keys.trusted([note]).length > 0) return note;
    this.refuse(row.note, isTold ? [] : [unknownKey(signersText(note))]);
    return null;
  }

  private refuse(note: string, findings: Found[]): void {
    if (this.refused.size < MOST_OF_ONE) this.refused.add(note);
    if (this.told >= MOST_KEPT) this.untold += findings.length;
    else {
      this.told += findings.length;
      this.options.add(findings);
    }
  }

  private keepUnknown(note: UnknownNote): void {
    const signers = this.options.keys.namedSigners(note.note);
    if (signers === null) this.keepStranger(note);
    else {
      const { keys, size } = signers;
      const kept = this.named.get(keys);
      if (kept === undefined) this.named.set(keys, { least: { size, note }, most: { size, note } });
      else if (size < kept.least.size) kept.least = { size, note };
      else if (size > kept.most.size) kept.most = { size, note };
    }
  }

  private keepStranger(note: UnknownNote): void {
    const signers = note.finding.found ?? '';
    const n = this.bySigners.get(signers) ?? 0;
    if (n >= MOST_OF_ONE || this.strangers.length >= MOST_KEPT) this.untold++;
    else {
      this.bySigners.set(signers, n + 1);
      this.strangers.push(note);
    }
  }
}

const signersText = ({ signers }: Checkpoint): string => signers.map(({ name, keyId }) => `${name}+${keyId}`).join(' ');
