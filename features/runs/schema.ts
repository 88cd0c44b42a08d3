import { z } from 'zod';

/** A run that brought its process down this often waits for a person to resume it. */
export const MAX_INTERRUPTIONS = 3;

export const runNumber = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** What the stream of a run says, one a line. Each message is the whole state: a reader may join at any time, and miss any. */
export const runMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run'),
    run: z.number(),
    kind: z.enum(['verify', 'resource', 'import', 'bundle']),
    state: z.enum(['queued', 'running', 'done', 'cancelled', 'failed', 'interrupted']),
    done: z.number(),
    total: z.number().nullable(),
    counts: z.record(z.string(), z.number()),
    fromSeq: z.number().nullable(),
    toSeq: z.number().nullable(),
    isCancelRequested: z.boolean(),
    /** Milliseconds since 1970 by the database's clock, like the other times here. */
    at: z.number(),
    startedAt: z.number().nullable(),
    /** When `done` was written. */
    reportedAt: z.number().nullable(),
    finishedAt: z.number().nullable(),
    result: z.record(z.string(), z.unknown()).nullable(),
  }),
  /** The database does not answer: how the run is, nobody can tell at the moment. */
  z.object({ type: z.literal('away') }),
]);

export type RunMessage = z.infer<typeof runMessage>;
export type RunState = Extract<RunMessage, { type: 'run' }>['state'];

/** After these nothing comes any more. An interrupted run may be resumed. */
export const hasEnded = (state: RunState): boolean => state === 'done' || state === 'cancelled' || state === 'failed';
