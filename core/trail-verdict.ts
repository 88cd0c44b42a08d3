/** What goes into the judge of a trail (trail-judge.ts) beside its events, and what comes out. */
import type { Away } from './absence';
import type { BlockCounter } from './block-counts';
import type { WalkOptions, WalkPart } from './chain';
import type { WalkEnd, WalkFacts } from './chain-end';
import type { VerdictState } from './finding';
import type { AcceptedNote, KnownNote } from './known-notes';
import type { ListedCounts, ListedNotes } from './listed-notes';
import type { SourcePart, SourceState } from './source-gaps';
import type { ReadTile } from './tiles';
import type { TreePart } from './tree-judge';
import type { Vkey } from './vkey';

export type TrailJudgeOptions = Omit<WalkOptions, 'observer'> & {
  /** The keys that the caller trusts, witnesses' among them. Nothing that the database says of keys is believed. */
  vkeys?: readonly Vkey[];
  /** Every checkpoint that is known. */
  notes?: readonly KnownNote[];
  /** What the signer's guard file says: known from outside the database like a checkpoint, for who trusts that file. */
  guard?: { size: number; root: Buffer } | null;
  /** Keys that a bundle names beside the trail's acts. */
  offered?: readonly Vkey[];
  /** The stored tiles, of the same snapshot; null or absent: no old leaves. */
  readTile?: ReadTile | null;
  /** Whether `value` is fed: without it nothing is said of sealed values. */
  readsValues?: boolean;
  /**
   * Every act of the whole trail is given to `act` before the first row. Then gaps are judged where they are met, with no memory; without it they are held until the end,
   * and a walk that does not see the trail's end says nothing of values that are gone, nor, when it was cancelled, of gaps: the act that excuses them may lie behind.
   */
  areActsKnown?: boolean;
  /** Is given every event that holds, once, where events come as COPY rows. */
  counter?: BlockCounter;
  /** What an earlier walk of the events before `from` knew of sources (`provenSoFar`), for one that goes on where it was stopped. */
  sources?: SourceState | undefined;
  /** More sizes to give roots at, whoever signed them: those that the walk before it has, for a walk that hands its part over. */
  sizes?: readonly number[];
  /** The texts of notes that it has opened, of which nothing is told here, and whether they were accepted. */
  texts?: ReadonlyMap<string, boolean>;
};

/**
 * What a walk of `[from,…)` hands to the walk of what is before it, so that two read a trail at once: the second begins with what the database says of the event before `from` and of
 * the tree there, and the first, which knows, takes its part over where that was true. Nothing was found in a part. A value that structuredClone copies.
 */
export type TrailPart = {
  walk: WalkPart;
  sources: SourcePart;
  tree: TreePart;
  listed: NonNullable<ListedNotes['part']>;
  values: { sealed: number; erased: number };
};

/** `away`: what of it is lawfully so. `sources`: asked at once, before another row; null: more than is worth keeping. */
export type ProvenSoFar = { size: number; root: Buffer; isOutside: boolean; away: Away[]; sources: () => SourceState | null };

export type TrailFacts = WalkFacts & {
  /**
   * Leaves that the tiles must hold: the size of the newest checkpoint in the database, of the same snapshot. Asked when the last tile was read: 0 where a tile may have been
   * missing because the walk was stopped meanwhile.
   */
  tilesDue?: () => number;
  isCancelled?: boolean;
};

export type TrailVerdict = WalkEnd & {
  state: VerdictState;
  /** Largest size that a trusted key signed, or the guard names, 0 of none; whether or not the rows hold it. */
  signedTo: number;
  /** Largest signed size at which the rows have the signed root, 0 of none: sealed to here. `root` in hex. */
  sealedTo: number;
  root: string | null;
  /** The same among checkpoints known from outside the database: what `holds` stands on. */
  provenTo: number;
  sealedValues: { sealed: number; erased: number } | null;
  /** Rows that are lawfully gone; stubs that lawfully stand for rows. */
  archived: number;
  disposed: number;
  away: Away[];
  /** Acts of the trail allow that events are away, here or before the walk. */
  mayLack: boolean;
  /** Of the checkpoints that the database lists. */
  listed: ListedCounts;
  /** The texts of notes that findings are about. */
  notes: string[];
  /** The checkpoints that count, smallest first. */
  accepted: AcceptedNote[];
};
