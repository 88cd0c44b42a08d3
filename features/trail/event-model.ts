import type { Buckets } from './buckets';

// What the screens of events draw: plain values that cross from the server to the browser. Isomorphic, types only.

/** One line of the ledger. Times are 27-character texts; `isPrivileged` by the catalogue of actions. */
export type EventLine = {
  seq: number;
  id: string;
  occurredAt: string;
  recordedAt: string;
  actorType: string;
  actorId: string;
  action: string;
  resourceType: string;
  resourceId: string;
  outcome: string;
  ipAddress: string | null;
  sessionId: string | null;
  requestId: string | null;
  source: string | null;
  isPrivileged: boolean;
};

export type EventPage = { rows: EventLine[]; hasNewer: boolean; hasOlder: boolean };

/** `withAway`: events that are archived or disposed of are counted too, where there are any; `withoutAway`: they are not. */
export type FiguresAway = { withAway?: boolean; withoutAway?: boolean };
/** `isExact` false: at least that many, the budget was spent before the end. */
export type Count = FiguresAway & { events: number; isExact: boolean };
export type OutcomeCounts = { success: number; failure: number; denied: number };
/** A bar: how many of each outcome in `[edges[i], edges[i+1])`. */
export type Histogram = FiguresAway & Buckets & { bars: OutcomeCounts[]; total: number };

/** Loaded apart from the rows, each with its own fault: `code` for the reader. */
export type Loaded<T> = { ok: true; value: T } | { ok: false; code: string };

/** What hashing the row again gave. A row that fails is shown as such, never hidden (SPEC §8). */
export type EventCheck =
  | { state: 'holds' }
  /** EVENT_HASH: its text no longer gives the stored hash. MALFORMED: `member` is no event's. DUPLICATE: another row bears the same number. */
  | { state: 'broken'; code: 'EVENT_HASH' | 'MALFORMED' | 'DUPLICATE'; member: string | null; found: string };

export type ChainNeighbour = { seq: number; action: string; eventHash: string; prevHash: string };

/**
 * A number beside an event that was given and that no row bears. `link`: `signed`: the link between the two is that of what was signed there, led to the signed root; `broken`:
 * what was signed there is another, or the halves in its place do not give its hash; `unknown`: nothing here says. Whether it may be away is another question (Absence).
 */
export type AbsentNeighbour = { seq: number; link: 'signed' | 'broken' | 'unknown' };

/** What is said of such a number in a word, such as `archived`; `hash` in hex, where hashes stand in its place. */
export type Absence = { word: string; isLawful: boolean; hash: string | null };

/** An event's own page and the panel beside the list. Digests are lower-case hex. */
export type EventDetail = EventLine & {
  userAgent: string | null;
  sourceEpoch: string | null;
  sourceSeq: number | null;
  redaction: string | null;
  /** Canonical JSON text, as stored and hashed. */
  details: string;
  /** Canonical JSON text: pointer → commitment; null where nothing is sealed. */
  sealed: string | null;
  /** The exact canonical texts of both halves, and what `sha256sum` reads to check the link. */
  header: string;
  payload: string;
  headerHash: string;
  payloadHash: string;
  prevHash: string;
  eventHash: string;
  check: EventCheck;
  /** How the catalogue classes the action; null: not classified. */
  category: string | null;
  catalogue: string;
  /** Whether a signed checkpoint covers it. */
  isSealed: boolean;
  previous: ChainNeighbour | null;
  next: ChainNeighbour | null;
  absentPrevious: AbsentNeighbour | null;
  absentNext: AbsentNeighbour | null;
  /** It names the hash of the event before it: as it stands there, or else as it was signed; event 0 that of the genesis. */
  isPreviousLinked: boolean;
  sameActor: EventLine[];
};

/** Why a list is empty and what would help. */
export type EmptyAdvice = {
  nearest: { seq: number; occurredAt: string } | null;
  /** For each term of the query: how many would match without it, in the same period; where nothing matches at any time (`nearest` null), in the whole trail. */
  without: { index: number; events: number; isExact: boolean }[];
};
