// What the screen of a finding draws: plain values that cross from the server to the browser. Isomorphic.

export type ShownFinding = { n: number; code: string; seq: number | null; expected: string | null; found: string | null; lastGood: number | null };

/** A row beside a finding, hashed again. */
export type Place = {
  seq: number;
  recordedAt: string;
  actorId: string;
  action: string;
  resourceType: string;
  resourceId: string;
  /** The exact canonical texts of both halves, as the stored columns give them. */
  header: string;
  payload: string;
  headerHash: string;
  payloadHash: string;
  eventHash: string;
  prevHash: string;
  /** What the row's text gives; equal to eventHash where it holds. */
  computed: string;
  /** Of a row that is no event: the value of the member at fault, as it stands there. */
  faultyValue: string | null;
};

/** The rows around it that are there; `next` is the first one behind, whatever its number. */
export type FindingPlaces = { before: Place | null; at: Place | null; next: Place | null };

/** The event of the finding as a bundle of ours holds it. */
export type KeptCopy = {
  fileName: string;
  bundleId: string;
  createdAt: string;
  prev: string;
  header: string;
  payload: string;
  headerHash: string;
  payloadHash: string;
  eventHash: string;
  /**
   * What speaks for it: `sealed`: its hash is the leaf that was signed; `written`: its hash is the one that was stored with the event; `whole`: its text gives its own hash,
   * and nothing says that it is what was written; `other`: it does, and the leaf that was signed is another; `damaged`: not even that.
   */
  standing: 'sealed' | 'written' | 'whole' | 'other' | 'damaged';
};

/** The leaf that the signed tree holds of an event and the hashes that lead it to the root of a checkpoint, hex; `broken`: it is below that, and nothing leads it there, in words. */
export type SealedLeaf = { state: 'sealed'; leaf: string; hashes: string[] } | { state: 'not sealed' } | { state: 'broken'; why: string };

/** What is known of an event beside its row: its leaf, null where the finding is of no one event, and a copy. */
export type EventBeside = { sealed: SealedLeaf | null; copy: KeptCopy | null };
