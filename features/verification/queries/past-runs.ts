import 'server-only';
import { and, desc, eq, inArray } from 'drizzle-orm';
import { eventView as e } from '@/db/schema/audit-event';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction, type Tx } from '@/db/transaction';
import { getVerifications, listRuns, type ShownRun } from '@/features/runs/queries';
import { hasEnded } from '@/features/runs/schema';
import { confirmEvents, type Outside, readOutside } from '@/features/trail/queries/confirm-events';
import { toldRun } from '@/features/trail/told-run';
import { isToldSo } from '../is-told-so';
import { pastRunByEvent, pastRunOf, type Told } from '../past-rows';
import type { PastRun } from '../past-run';
import { verifyResult } from '../schema';
import { listAskers } from './askers';

type Trail = { trailId: TrailId; origin: string };
type Event = Omit<Told, 'asker'>;

/**
 * The verifications of a trail, the newest first, as the trail tells of them (SPEC §8): a row says which events to look for and what is beside them, and what has no event yet. A run whose
 * row is gone, or claims more than its event, is shown by that; what a row alone says was found stands.
 */
export async function listPastRuns(trail: Trail, { limit, before }: { limit: number; before?: number }): Promise<PastRun[]> {
  const outside = readOutside(trail.origin);
  const newest = await readTransaction(scopeOf(trail.trailId), (tx) => listNewest(tx, trail.trailId, limit));
  const numbers = newest.filter((runId) => before === undefined || runId < before);
  const rows = await listRuns(trail.trailId, { kinds: ['verify'], limit, ...(before === undefined ? {} : { before }) });
  const runs = await pastRunsOf(trail, outside, rows, numbers);
  return runs.sort((a, b) => b.runId - a.runId).slice(0, limit);
}

/** One of them; null: neither row nor event bears its number. */
export async function getPastRun(trail: Trail, runId: number, row: ShownRun | null): Promise<PastRun | null> {
  const [run] = await pastRunsOf(trail, readOutside(trail.origin), row ? [row] : [], [runId]);
  return run ?? null;
}

async function pastRunsOf(trail: Trail, outside: Outside, listed: readonly ShownRun[], numbers: readonly number[]): Promise<PastRun[]> {
  const unlisted = numbers.filter((runId) => !listed.some((row) => row.runId === runId));
  const found = [...listed, ...(await getVerifications(trail.trailId, unlisted))];
  const runIds = [...new Set([...found.map(({ runId }) => runId), ...numbers])];
  const events = await readTransaction(scopeOf(trail.trailId), (tx) => listEvents(tx, trail, outside, runIds));
  // a run ends with its event: where one was not through and has it, the row is older than that
  const ended = await getVerifications(
    trail.trailId,
    found.filter((row) => !hasEnded(row.state) && events.has(row.runId)).map(({ runId }) => runId),
  );
  const rows = found.map((row) => ended.find(({ runId }) => runId === row.runId) ?? row);
  const askers = await listAskers(trail.origin, [...events.keys()]);
  return runIds.flatMap((runId) => {
    const row = rows.find((one) => one.runId === runId);
    const all = (events.get(runId) ?? []).map((event) => ({ ...event, asker: askers.get(runId) ?? null }));
    const told = all.filter(({ telling }) => telling !== 'unconfirmed');
    const same = row && told.find(({ said }) => isToldSo(row, said));
    if (same) return [pastRunOf(row, same)];
    // one that no row bore out may be of another database's run of that number
    const event = told[0] ?? (row ? undefined : all[0]);
    // bad news stands, whoever says so
    const isWorse = verifyResult.safeParse(row?.result).data?.state === 'broken' && event?.said.isBroken !== true;
    if (row && (!event || isWorse)) return [pastRunOf(row, null)];
    return event ? [pastRunByEvent(event)] : [];
  });
}

const isFinished = (trailId: TrailId) => and(eq(e.trailId, trailId), eq(e.action, 'verification.finished'), eq(e.resourceType, 'run'));

/** @param tx as the reader */
async function listNewest(tx: Tx, trailId: TrailId, limit: number): Promise<number[]> {
  const rows = await tx.select({ id: e.resourceId }).from(e).where(isFinished(trailId)).orderBy(desc(e.occurredAt), desc(e.seq)).limit(limit);
  return [...new Set(rows.map(({ id }) => Number(id)))].filter((runId) => Number.isSafeInteger(runId) && runId > 0);
}

/** What the trail tells of some runs, as far as its events are shown to be ones of ours; by number, the newest first. @param tx as the reader */
async function listEvents(tx: Tx, trail: Trail, outside: Outside, runIds: readonly number[]): Promise<Map<number, Event[]>> {
  const told = new Map<number, Event[]>();
  if (runIds.length === 0) return told;
  const rows = await tx
    .select({ seq: e.seq })
    .from(e)
    .where(and(isFinished(trail.trailId), inArray(e.resourceId, runIds.map(String))))
    .orderBy(desc(e.seq));
  const seqs = rows.map(({ seq }) => seq);
  const { confirmed } = await confirmEvents(tx, trail, outside, seqs);
  for (const seq of seqs) {
    const found = confirmed.get(seq);
    const said = found && toldRun(found.row);
    if (!said) continue;
    const telling = said.isUnconfirmed && said.state === 'not_covered' ? 'unconfirmed' : found.by === 'nobody yet' ? 'waits' : 'told';
    const event: Event = { telling, said, eventHash: found.row.eventHash.toString('hex') };
    told.set(said.runId, [...(told.get(said.runId) ?? []), event]);
  }
  return told;
}
