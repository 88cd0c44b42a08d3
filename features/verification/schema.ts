import { z } from 'zod';
import { awayPlaces } from '@/features/trail/away';
import { SCHEDULES, TIMED } from './schedule/names';

const seq = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** What a verification is asked for: the events of `[from,to)`; without `to` up to the end of the trail. Kept in `run.params`. */
export const verifyParams = z.object({
  from: seq.optional(),
  to: seq.optional(),
  /** Every event is parsed again, not only hashed. */
  deep: z.boolean().optional(),
  /** What the caller brings: keys that stand in the place of the key file's, signed notes beside those that are known. */
  vkeys: z.array(z.string()).optional(),
  notes: z.array(z.string()).optional(),
  /** Of a run that nobody asked for: why it was made, and which drawn starts it stands for. */
  schedule: z.enum(SCHEDULES).optional(),
  settles: z.partialRecord(z.enum(TIMED), z.number()).optional(),
  /** How many events the trail had when the schedule made it. */
  size: z.number().optional(),
  /** Number of the run that proved everything below `from`. */
  goesOn: z.number().optional(),
  /** Number of a run that was stopped, which this one takes up. */
  resumes: z.number().optional(),
});
/** The part of it that a person asks for. */
export const verifyAsk = verifyParams.pick({ from: true, to: true, deep: true });
export type VerifyParams = z.infer<typeof verifyParams>;

/** How a verification ended (SPEC §8). */
export const verdictState = z.enum(['holds', 'consistent', 'broken', 'cancelled', 'not_covered']);

/** What is kept of a finished verification in `run.result`. */
export const verifyResult = z.object({
  from: z.number(),
  /** Exclusive: where the walk stopped. */
  to: z.number(),
  checked: z.number(),
  /** By code; a code that was not met is absent. */
  counts: z.record(z.string(), z.number()),
  state: verdictState,
  /** event_hash of event to - 1 as it is stored, in hex; null where nothing was checked. */
  toEventHash: z.string().nullable(),
  /** The largest signed size whose root the rows have; the same among what is known outside the database. 0 of none. */
  sealedTo: z.number().default(0),
  provenTo: z.number().default(0),
  /** The largest size that was signed, as guard file, local notes and those of the caller say, whatever rows are here; absent where it was not kept yet. */
  signedTo: z.number().optional(),
  /** What says `provenTo`: a note whose signature by a key that was trusted holds, or the guard file alone, which bears none. Absent where that is 0, or was not kept yet. */
  provenBy: z.enum(['note', 'guard']).optional(),
  sealedValues: z.object({ sealed: z.number(), erased: z.number() }).nullable().default(null),
  /** Ids of the keys that it trusted, before any act or note was read; absent in a run of before this was kept. */
  keys: z.array(z.string()).optional(),
  /** The SHA-256 of each one's text, in hex; absent likewise. */
  keyHashes: z.array(z.string()).optional(),
  /** Events of its range that no signature covered, and how old the first of them was at its end, in ms; absent likewise. */
  unsealed: z.object({ events: z.number(), oldestMs: z.number().nullable() }).optional(),
  away: awayPlaces.optional(),
  /** Checkpoints that the database lists at sizes which the events reach, and of how many of them the signature was verified. */
  listed: z.object({ compared: z.number(), opened: z.number(), uncompared: z.number().optional() }).optional(),
  /** Of what was checked the stubs, lawful or not. */
  stubs: z.number().optional(),
  /** Of the product's own trail: accounts and catalogues were not compared with acts, of which some may be lawfully away. */
  isStateLeftOut: z.boolean().optional(),
  /** Of the same: the trails of which no run was compared with events, of which some may be gone. */
  runsLeftOut: z.array(z.string()).optional(),
  /** How many findings there are, and how many of them the database keeps; where there are more, all lie in a file. */
  findings: z.number(),
  kept: z.number(),
  /** The event `verification.finished` in the trail; null where the trail could not take it. */
  event: z.object({ seq: z.number(), eventHash: z.string() }).nullable(),
  /** Why not: the code of the fault, such as HEAD_FORGED. */
  notRecorded: z.string().nullable(),
  /** The id under which the event waits on disk, or waited, to be recorded once the trail takes it (features/trail/waiting-acts.ts). */
  act: z.string().optional(),
  /** The caller brought keys or notes, and every key that counted is our own: what notes show under these is found in the trail. */
  keysOurs: z.boolean().optional(),
  /** Taken up half-way: the events of `[from,at)` were checked by a run that was stopped, and led to the root signed there; from `at` on this run checked everything. Null what its event does not tell. */
  resumed: z.object({ at: z.number().nullable(), run: z.number().nullable(), checkedAt: z.string() }).nullable().default(null),
  /** Stopped once, and begun anew from the beginning: why nothing of the first try counts. */
  anew: z.string().nullable().default(null),
  /** Among the findings: those of a run that was stopped before it could tell them, and that this one did not meet; `unread`: so many of them it did not look for. */
  foundBefore: z
    .object({ run: z.number(), findings: z.number(), unread: z.number().default(0) })
    .nullable()
    .default(null),
});
export type VerifyResult = z.infer<typeof verifyResult>;

/** What the address of a run says; what is no number is as if it were not there. */
const index = z.coerce.number().int().nonnegative().max(1_000_000).optional().catch(undefined);
export const verificationSearch = z.object({ finding: index, page: index });
