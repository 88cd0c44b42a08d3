import { setImmediate } from 'node:timers/promises';
import type { JsonValue } from '@/core/json';
import { normaliseDraft } from '@/core/normalise';
import type { TrailId } from '@/db/scope';
import { writeTransaction } from '@/db/transaction';
import { appendEvents, type Draft, type Prepared, prepareDrafts } from '@/features/trail/mutations/append';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { AppError } from '@/lib/errors';
import { type Arrival, demoEvents, generateDemo, twelveMonthsAfter } from './generate';
import { getDemoState } from './queries';

export type FillProgress = { done: number; total: number };
export type FillOptions = {
  /** After each batch; the first call says how much was there already. */
  onProgress?: (progress: FillProgress) => void;
  /** Stops between two batches; the next call goes on from there. */
  signal?: AbortSignal;
  /** For tests: only the first so many of the events. */
  count?: number;
  /** The moment at which a fill begins that has not begun before, in ms: the twelve months end then. */
  nowMs?: number;
  batchSize?: number;
};
export type FillResult = { trailId: TrailId; appended: number; total: number; isComplete: boolean };

const batchEvents = 2_000;
const eventsBetweenLooks = 40;

/**
 * Fills `main` of a demo, which is synthetic, with the twelve months before the fill began. What the fill is stands in event 0 alone: the year begins when it was recorded, so
 * that a fill that was killed goes on with the same events, and batches are transactions, so that what is there is always a whole number of batches from the start.
 * @throws AppError DEMO_TRAIL where `main` is a real trail
 */
export async function fillDemo({ onProgress, signal, count = demoEvents, nowMs = Date.now(), batchSize = batchEvents }: FillOptions = {}): Promise<FillResult> {
  const { trailId, scope, isSynthetic } = await ensureFirstTrails({ synthetic: true, clock: timeText(twelveMonthsBefore(nowMs)) });
  if (!isSynthetic) {
    throw new AppError('DEMO_TRAIL', { hint: 'the trail main of this database is a real one: a demo needs a database and an INDELIBLE_HOME of its own' });
  }
  const { startMs, filled } = await getDemoState(trailId, scope);
  const total = Math.min(count, demoEvents);
  onProgress?.({ done: Math.min(filled, total), total });
  if (filled >= total) return { trailId, appended: 0, total, isComplete: true };
  let [n, done] = [0, filled];
  let batch = emptyBatch();
  let writing: Promise<void> = Promise.resolve();

  const write = async ({ drafts, clock, prepared }: Batch) => {
    await writeTransaction(scope, (tx) => appendEvents(tx, trailId, drafts, { clock, prepared }));
    done += drafts.length;
    onProgress?.({ done, total });
  };
  const prepare = () => batch.prepared.push(...prepareDrafts(batch.drafts.slice(batch.prepared.length)));
  const flush = async () => {
    prepare();
    await writing; // one after the other: each links to the one before
    if (signal?.aborted || batch.drafts.length === 0) return;
    writing = write(batch);
    writing.catch(() => {}); // it is awaited above, a batch later
    batch = emptyBatch();
  };

  for (const arrival of generateDemo({ startMs, endMs: twelveMonthsAfter(startMs) })) {
    if (n >= total || signal?.aborted) break;
    if (n++ < filled) continue;
    batch.drafts.push(draftOf(arrival));
    batch.clock.push(timeText(arrival.arrivesAtMs));
    if (batch.drafts.length === batchSize) await flush();
    else if (batch.drafts.length % eventsBetweenLooks === 0) {
      prepare();
      await setImmediate(); // the batch before is on its way to the database meanwhile
    }
  }
  await flush();
  await writing;
  return { trailId, appended: done - filled, total, isComplete: done >= total };
}

type Batch = { drafts: Draft[]; clock: string[]; prepared: Prepared[] };
const emptyBatch = (): Batch => ({ drafts: [], clock: [], prepared: [] });

/** Through the same door as any source's drafts: normalised, redacted, told twice a duplicate. */
function draftOf({ draft }: Arrival): Draft {
  const normalised = normaliseDraft(draft as unknown as JsonValue, { kind: 'api', source: draft.source });
  if (!normalised.ok) throw new TypeError(`the demo's ${draft.action} is no event: ${normalised.error}: ${normalised.message}`);
  return { draft: normalised.draft, macBytes: normalised.canonical, redact: true };
}

const timeText = (ms: number): string => new Date(Math.floor(ms)).toISOString().replace('Z', '000Z');

/** Whole seconds, so that the moment reads well; the 29th of February goes back to the 28th. */
export function twelveMonthsBefore(nowMs: number): number {
  const now = new Date(Math.floor(nowMs / 1000) * 1000);
  const start = new Date(now);
  start.setUTCFullYear(now.getUTCFullYear() - 1);
  if (start.getUTCMonth() !== now.getUTCMonth()) start.setUTCDate(0);
  return start.getTime();
}
