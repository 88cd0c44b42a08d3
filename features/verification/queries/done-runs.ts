import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { bundleEnd, importEnd, runEndOf, verifiedEnd } from '@/core/run-end';
import type { StateAct, StoredState } from '@/core/state-judge';
import { eventView as e } from '@/db/schema/audit-event';
import { run } from '@/db/schema/run';
import { headView } from '@/db/schema/trail';
import { scopeOf, type TrailId } from '@/db/scope';
import { appTransaction, readTransaction } from '@/db/transaction';
import { listTrails } from '@/features/access/queries';
import { followingEpoch } from '@/features/trail/epochs';
import { readGuard } from '@/features/trail/guard-file';
import { hasGivenUp } from '@/features/trail/lost-file';
import { readRefusal } from '@/features/trail/refusal-file';

type Trail = { trailId: TrailId; origin: string };
type DoneRun = StoredState['runs'][number];
/** A run that bears the number of the event that it ended with. `event`: null where that is no number. */
type Telling = { end: DoneRun; place: Trail; event: number | null };

/** What is judged of an event as an act. */
export const actColumns = {
  ...{ actorId: e.actorId, action: e.action, outcome: e.outcome, resourceType: e.resourceType, resourceId: e.resourceId, details: e.details },
};

/**
 * The runs of this installation that are done and of which an event must tell, since both were written in one transaction, by every version: an import and a bundle in the product's own trail;
 * a verification and the check of a resource in an event whose number stands in the row, unless the row says that it could not be recorded. `acts`: what stands under these numbers, where it
 * tells of the very run that bears the number: a row that somebody made up may point at any event, and lends it no word on anything else.
 *
 * Left out is what no event need explain: where the event is not there and later ones are, which is for the verification of that trail to judge, and verifications of another trail of which
 * events are known to be gone, were given up or left to another epoch: `leftOut`, the origins of these.
 */
export async function readDoneRuns(own: Trail): Promise<{ runs: DoneRun[]; acts: StateAct[]; leftOut: string[] }> {
  const trails = new Map((await listTrails()).map((trail) => [trail.trailId, trail]));
  const runs: DoneRun[] = [];
  const telling: Telling[] = [];
  for (const row of await listDone()) {
    const trail = trails.get(row.trailId);
    if (!trail) continue; // of no trail of this host, which is said on every page
    const by = row.startedBy ?? 'indelible';
    const { runId, kind } = row;
    if (kind === 'import') runs.push({ runId, ...importEnd(runId, trail.origin, by, row) });
    else if (kind === 'bundle') runs.push({ runId, ...bundleEnd(row.bundle, by, row.tagmanifest) });
    else if (row.notRecorded === null) {
      const place = kind === 'verify' && trail.trailId !== own.trailId ? trail : own;
      telling.push({ end: { runId, ...verifiedEnd(runId, kind, trail.origin, row.state) }, place, event: numberOf(row.event) });
    }
  }
  const [acts, leftOut]: [StateAct[], string[]] = [[], []];
  for (const place of new Set(telling.map(({ place }) => place))) {
    const ends = telling.filter((one) => one.place === place);
    const { told, size } = await readEvents(place, [...new Set(ends.flatMap(({ event }) => event ?? []))]);
    if (place !== own && hasLost(place.origin, size)) {
      leftOut.push(place.origin);
      continue;
    }
    acts.push(...ends.flatMap(({ end, event }) => actOf(end, told.get(event ?? -1)) ?? []));
    runs.push(...ends.filter(({ event }) => event === null || event >= size || told.has(event)).map(({ end }) => end));
  }
  return { runs, acts, leftOut };
}

const actOf = (run: DoneRun, act: StateAct | undefined) => (act && runEndOf(act, act.trail)?.name === run.name ? act : null);

/** A row of it may have outlived its event. What says so outside the database is said on every page. @param size how many events are there */
function hasLost(origin: string, size: number): boolean {
  const [guard, refusal] = [readGuard(origin), readRefusal(origin)];
  const signed = guard === null || guard === 'missing' ? 0 : guard.size;
  const known = Math.max(signed, ...(refusal?.known ?? []).map(({ nextSeq }) => nextSeq));
  return known > size || refusal?.unsure !== undefined || followingEpoch(origin) !== null || hasGivenUp(origin);
}

const numberOf = (text: string | null): number | null => (text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null);

const result = (...path: string[]) => sql<string | null>`${run.result} #>> ${sql.raw(`'{${path.join(',')}}'`)}`;

const listDone = () =>
  appTransaction((tx) =>
    tx
      .select({
        ...{ runId: run.runId, kind: run.kind, trailId: run.trailId, startedBy: run.startedBy },
        ...{ state: result('state'), event: result('event', 'seq'), notRecorded: result('notRecorded') },
        ...{ read: result('counts', 'read'), appended: result('counts', 'appended') },
        ...{ duplicates: result('counts', 'duplicates'), rejected: result('counts', 'rejected') },
        ...{ bundle: result('bundle_id'), tagmanifest: result('tagmanifest_sha256') },
      })
      .from(run)
      .where(eq(run.state, 'done'))
      .orderBy(asc(run.runId)),
  );

const BATCH = 1000;

/** `size`: how many events there are, when they had been read. */
const readEvents = ({ trailId, origin }: Trail, seqs: readonly number[]): Promise<{ told: Map<number, StateAct>; size: number }> =>
  readTransaction(scopeOf(trailId), async (tx) => {
    const told = new Map<number, StateAct>();
    for (let i = 0; i < seqs.length; i += BATCH) {
      const rows = await tx
        .select({ seq: e.seq, ...actColumns })
        .from(e)
        .where(and(eq(e.trailId, trailId), inArray(e.seq, seqs.slice(i, i + BATCH))));
      for (const { seq, ...act } of rows) told.set(seq, { trail: origin, ...act });
    }
    const [head] = await tx.select({ nextSeq: headView.nextSeq }).from(headView).where(eq(headView.trailId, trailId));
    return { told, size: head?.nextSeq ?? 0 };
  });
