// What an incident file is made of: plain values, gathered by gather-incident.ts and written by incident-file.ts. Isomorphic.
import type { KeptCopy, SealedLeaf, ShownFinding } from './finding-model';
import type { FindingText } from './finding-texts';

export type StoredRow = { seq: number; prevHash: string; header: string; payload: string; eventHash: string };

/** `what`: what it checked, such as `events [0,13)`. `sealedTo`: the largest signed size whose root the rows had, 0 of none. */
export type IncidentRun = {
  runId: number;
  finishedAt: string | null;
  /** `by Ines Hartmann`: how it goes on after the number of the run. */
  started: string;
  what: string;
  state: string;
  findings: number;
  /** What of its findings no row says; null: nothing. */
  missing: string | null;
  sealedTo: number;
  /** Keys that its caller brought, null of none. `isTold`: an event of the trail names the hash of each; false with no texts: it is not known which they were. */
  given: { texts: readonly string[]; isTold: boolean } | null;
  notes: readonly string[];
};

/** `what`: whose it is. `isTrusted`: the run went by it. */
export type IncidentKey = { vkey: string; words: string; what: string; isTrusted: boolean };

/** What the stored tiles give now, whoever wrote them, in hex: proofs that hold among themselves. `from` 0: there is none of consistency. `inclusion`: of the row in the tree of `to`. */
export type TreeNow = {
  from: number;
  to: number;
  fromRoot: string;
  toRoot: string;
  consistency: string[];
  inclusion: { seq: number; leaf: string; hashes: string[] } | null;
};

export type Incident = {
  origin: string;
  alias: string;
  software: string;
  /** 27 characters, as all times here. */
  madeAt: string;
  run: IncidentRun;
  finding: ShownFinding;
  text: FindingText;
  /** The row as it stands; null where there is none. */
  stored: StoredRow | null;
  /** The one before, where the finding lies between the two; null where there is none. */
  before: StoredRow | null;
  /** The first one behind rows that are missing. */
  after: StoredRow | null;
  /** The other row of the same number. */
  twin: StoredRow | null;
  /** The event before it of the same run of its source. */
  earlier: StoredRow | null;
  /** The hashes that stand in the place of a row. */
  stub: { headerHash: string; payloadHash: string; eventHash: string } | null;
  copy: KeptCopy | null;
  /** The newest checkpoint, its signature checked; null where there is none. */
  checkpoint: { note: string; size: number; root: string } | null;
  /** What it says of the event; null where the finding is of no one event. */
  proof: SealedLeaf | null;
  keys: IncidentKey[];
  /** Why there are none; null where there are. */
  keyFault: string | null;
  /** What could not be read, or was left out, a line each. */
  faults: string[];
  /** The signed notes that it is about, and how many more are at hand. */
  notes: string[];
  moreNotes: number;
  tree: TreeNow | null;
};
