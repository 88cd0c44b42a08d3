import { z } from 'zod';
import { SCHEDULES, TIMED } from './names';

const schedule = z.enum(SCHEDULES);
const run = z.number();

/** What is wrong with the verifications of a trail. `isCheck`: of one resource alone. Times are 27 characters; `run` is the number of the run to look at. Isomorphic. */
export const trouble = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('broken'), run, at: z.string(), schedule: schedule.nullable(), findings: z.number(), isCheck: z.boolean() }),
  /** `run` null: it could not be written down. */
  z.object({ kind: z.literal('failed'), run: run.nullable(), at: z.string().nullable(), schedule, error: z.string().nullable() }),
  z.object({ kind: z.literal('interrupted'), run, at: z.string().nullable(), schedule, stoppedAt: z.number().nullable(), isTakenUp: z.boolean() }),
  /** None of the kind finished for too long. `open`: one that is under way. */
  z.object({ kind: z.literal('late'), what: z.enum(TIMED), since: z.string().nullable(), run: run.nullable(), ageMs: z.number(), open: run.nullable() }),
  /** None that the schedule made, though others finished. */
  z.object({ kind: z.literal('missed'), what: z.enum(TIMED), since: z.string().nullable(), run: run.nullable(), ageMs: z.number(), open: run.nullable() }),
  /** The file of the schedule says nothing now. `isKept`: this process goes on from what it remembers of it. */
  z.object({ kind: z.literal('unread'), run: z.null(), reason: z.string(), isKept: z.boolean() }),
  /** What was found stands in files that cannot be read: their places in the home. */
  z.object({ kind: z.literal('unread found'), run: z.null(), files: z.array(z.object({ file: z.string(), isNewer: z.boolean() })) }),
  /** The folder of such files cannot be read: nobody knows whether there is one. */
  z.object({ kind: z.literal('closed found'), run: z.null() }),
  /** What a run found and could not tell stands in files that cannot be read, of this trail or of another database's of its number: their places in the home; `runs` where that folder cannot be read. */
  z.object({ kind: z.literal('unread untold'), run: z.null(), files: z.array(z.string()) }),
  /** What is wrong could not be found out. */
  z.object({ kind: z.literal('unknown'), run: z.null() }),
  /** Signed here, and gone from the database: such a trail has no page. `row`: one that bears half of its name; `next`: the alias of the epoch in which it goes on. */
  z.object({
    kind: z.literal('gone'),
    run: z.null(),
    events: z.number(),
    row: z.object({ origin: z.string(), alias: z.string() }).nullable(),
    next: z.string().nullable(),
  }),
  /** A row that somebody else wrote: such a trail has no page either. */
  z.object({ kind: z.literal('foreign'), run: z.null(), origin: z.string(), alias: z.string() }),
]);
export type Trouble = z.infer<typeof trouble>;

/** By the alias of the trail, or `foreignKey`; one of which nothing is to be said is absent. */
export const troubles = z.record(z.string(), z.array(trouble));
export type Troubles = z.infer<typeof troubles>;

/** No alias has a space: whoever writes a row of a trail takes nobody else's place. Its origin is in no other row. */
export const foreignKey = (origin: string): string => `row ${origin}`;
