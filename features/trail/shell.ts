// What the frame around every page shows: filled by loadShell (loaders.ts), drawn by app/_shell. Isomorphic: types and pure text only.

export type CoverageState = 'verified' | 'not covered' | 'broken';

/** One month of recorded_at (UTC). `lastSeq` is inclusive: it is what a reader sees as the month's last number. */
export type CoverageMonth = {
  /** `2026-11` */
  month: string;
  firstSeq: number;
  lastSeq: number;
  state: CoverageState;
  /** When this state came about: the end of the run that says so (27-character text); null for what no run has reached. */
  since: string | null;
  /** Events of the month that the newest good run reached, from its first: lastSeq - firstSeq + 1 when `verified`; tells how much of a half-covered newest month is solid. */
  verified: number;
  /** Of `verified`, the events that are lawfully away; where that is not exact, at most so many. Absent: none. */
  away?: { archived: number; disposed: number; isExact: boolean };
  /** How many findings stand at its events; where that is not exact, at least so many. */
  breaks: { count: number; isExact: boolean };
};

export type Coverage = {
  /** Oldest first. Never empty: event 0 has a month. */
  months: CoverageMonth[];
  events: number;
  /** The last seq (inclusive) that is verified without a break from event 0 on; null when no run has. */
  verifiedTo: number | null;
  verifiedAt: string | null;
  /** Events that no run has reached from event 0 on. */
  newer: number;
  /** Newest events that a run found gone: their numbers were given, their rows are not here. In neither `newer` nor what is verified. */
  cutOff: number;
  /** How many findings stand, each once whoever found it; where that is not exact, at least so many. `breaks` names some of each month. */
  breakCount: number;
  isBreakCountExact: boolean;
  /** What was found and stands, in seq order; `seq` null for a finding about no single event. */
  breaks: { seq: number | null; code: string }[];
  /** A verification under way. */
  running: { runId: number; done: number; total: number | null } | null;
  /** Events that a signature covers, from event 0 on, by the file beside the key and not by the database; 0 where nothing was signed or nobody can say. */
  sealedSize: number;
  /** How long the oldest event that no signature covers has waited, in ms; null where there is none, or its row is gone. */
  oldestUnsealedMs: number | null;
  /** Events wait, and nothing was signed for a minute (SEAL_STALE). */
  isSealStale: boolean;
  /** Then: since when the oldest of them waits, 27 characters. */
  notCoveredSince: string | null;
  /** Why the trail takes no event, and since when: the signer refuses, or the clocks are apart. */
  refusal: { since: string; reason: string } | null;
  /** The newest verification, where it ended without a verdict: nobody has looked since. */
  failedRun: { runId: number; at: string } | null;
  /** SPEC §6: true only where key files belong to another OS user than the database server's. */
  isProtectedFromDatabaseAdmin: boolean;
};

/** What of it moves while a page is open; asked for again every few seconds. */
export type LiveSeal = Pick<Coverage, 'events' | 'sealedSize' | 'oldestUnsealedMs' | 'isSealStale' | 'notCoveredSince' | 'refusal'>;

export type ShellTrail = {
  alias: string;
  origin: string;
  events: number;
  isSynthetic: boolean /** Whether it takes no event. */;
  isRefused: boolean;
  /** The epoch in which it goes on where it is lost. */
  goesOnIn: string | null;
};

export type Shell = {
  trails: ShellTrail[];
  trail: ShellTrail;
  person: { name: string; email: string; role: string };
  coverage: Coverage;
  /** The red count beside Integrity: `12`, or `12+` where it is not exact; null where there is none. */
  openFindings: string | null;
};
