import type { Finding } from '@/core/finding';
import type { Scope } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import type { AppError } from '@/lib/errors';
import type { RunRow } from './queries';

/** How far a run is. Absent means unchanged. */
export type RunReport = {
  done?: number;
  /** null: not known. */
  total?: number | null;
  /** A verification's findings by code; an import's read, appended, duplicates, rejected. */
  counts?: Record<string, number>;
  fromSeq?: number;
  toSeq?: number;
  toEventHash?: Buffer;
};

export type RunTools = {
  /** The run's trail: whoever made the run was let through a gate. */
  scope: Scope;
  /** Aborted with a `RunStop` when the run is cancelled, lost or its process stops. Stop at the next safe place and throw its reason, or return what was done. */
  signal: AbortSignal;
  /** As often as one likes: it is written once a second. Leave the event loop free meanwhile, or the run looks dead after 15 s. */
  report: (report: RunReport) => void;
  /** Findings of a verification, at most 10,000 (SPEC §8), in the transaction that ends the run: rows for the screens, and handed to whoever waits for the run in this process. */
  addFindings: (tx: Tx, findings: readonly Finding[]) => Promise<void>;
  /**
   * Ends the run inside a transaction of the caller's, so that the end and the event that tells of it are one. Not needed otherwise: returning ends it too.
   * @param state `cancelled` where the work was stopped half-way; done when absent
   * @throws RunStop `lost` when the run is no longer ours: let the transaction fail
   */
  complete: (tx: Tx, result: RunResult, report?: RunReport, state?: 'done' | 'cancelled') => Promise<void>;
};

/** What is kept of a run that ended, as JSON; the screen and the command line show it. */
export type RunResult = Record<string, unknown>;

/** How a run ended by what its kind did in this process: its rows are what whoever holds the database makes of them. */
export type RunEnd = { state: 'done' | 'cancelled'; result: RunResult; findings: readonly Finding[] };

/** The work of one kind of run. A fault is thrown; findings and rejects are a result. May be run again from the start after an interruption. */
export type RunKind = (run: RunRow, tools: RunTools) => Promise<RunResult>;

/** Which feature does the work of which kind; a kind that is missing stays in the queue. */
export type RunKinds = { readonly [K in RunRow['kind']]?: RunKind };

/** Thrown by a kind whose work cannot go on for a reason that somebody must take away first. Nothing is lost: the run is interrupted, says why, and waits to be resumed. */
export class RunHeld extends Error {
  override readonly name = 'RunHeld';
  constructor(readonly fault: AppError) {
    super(fault.message, { cause: fault });
  }
}

/** Why a run was stopped: by a person, because another process has it, or because this process ends. */
export class RunStop extends Error {
  override readonly name = 'RunStop';
  constructor(readonly why: 'cancelled' | 'lost' | 'stopping') {
    super(`the run was stopped: ${why}`);
  }
}
