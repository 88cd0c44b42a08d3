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
