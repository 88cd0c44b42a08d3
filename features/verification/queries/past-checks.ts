import 'server-only';
import type { TrailId } from '@/db/scope';
import { getRun, listRuns, type ShownRun } from '@/features/runs/queries';
import { hasEnded } from '@/features/runs/schema';
import type { PastCheck } from '../past-check';
import { pastCheckOf } from '../past-rows';
import { toldCheck } from '../told-check';
import { listAskers } from './askers';
import { listOwnEvents } from './own-events';

type Trail = { trailId: TrailId; origin: string };

/** The checks of resources of a trail, the newest first, one for each row, as the product's own trail tells of them: a row says which events to look for, and what has no event yet. */
export const listPastChecks = async (trail: Trail, limit: number): Promise<PastCheck[]> =>
  pastChecksOf(trail, await listRuns(trail.trailId, { kinds: ['resource'], limit }));

/** One of them. */
export const getPastCheck = async (trail: Trail, row: ShownRun): Promise<PastCheck | undefined> => (await pastChecksOf(trail, [row]))[0];

async function pastChecksOf(trail: Trail, rows: readonly ShownRun[]): Promise<PastCheck[]> {
  const runIds = rows.map(({ runId }) => runId);
  const [events, askers] = await Promise.all([listOwnEvents('resource.verified', runIds), listAskers(trail.origin, runIds)]);
  const told = events.flatMap((event) => toldCheck(trail.origin, event) ?? []).reverse();
  const checks = rows.map(async (row) => {
    const all = told.filter(({ runId }) => runId === row.runId);
    // a run ends with its event: where one was not through and has it, the row is older than that
    const isOlder = all.length > 0 && !hasEnded(row.state);
    return pastCheckOf((isOlder && (await getRun(trail.trailId, row.runId))) || row, all, askers.get(row.runId) ?? null);
  });
  return Promise.all(checks);
}
