import type { RunKindName } from '@/db/schema/run';
import type { TrailId } from '@/db/scope';
import { driveNow } from '@/features/runs/drive-now';
import type { RunReport } from '@/features/runs/run-kind';
import { startRunner as start } from '@/features/runs/runner';
import { runKinds } from './run-kinds';

/** Takes runs from the queue for as long as this process lives. */
export const startRunner = () => start(runKinds);

type Wanted = {
  kind: RunKindName;
  trailId: TrailId;
  params: Record<string, unknown>;
  /** Aborted: the run is cancelled. */
  signal?: AbortSignal;
  /** Each report, as it comes. */
  onReport?: (report: RunReport) => void;
};

/** For a command: a run of its own, in this process, by the same code; anybody can watch it on a screen meanwhile. @throws AppError when it failed */
export const runNow = (wanted: Wanted) => driveNow(wanted, runKinds);
