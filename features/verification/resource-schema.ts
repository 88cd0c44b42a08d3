import { z } from 'zod';
import { verdictState } from './schema';

// a header has texts of 512 bytes at most (SPEC §1)
const name = z
  .string()
  .max(512, 'A type or id has 512 characters at most.')
  .refine((text) => !text.includes('\0'), 'No type or id holds the character U+0000.');

/** What the check of one resource is asked for. Kept in `run.params`. */
export const resourceParams = z.object({
  type: name,
  id: name,
  /** Every event is parsed again, not only hashed. */
  deep: z.boolean().optional(),
  /** What the caller brings: as for a verification of a range. */
  vkeys: z.array(z.string()).optional(),
  notes: z.array(z.string()).optional(),
});
/** The part of it that a person asks for. */
export const resourceAsk = resourceParams
  .pick({ type: true, id: true })
  .refine(({ type, id }) => type !== '' || id !== '', 'Name the resource: its type, its id, or both.');
export type ResourceParams = z.infer<typeof resourceParams>;

export const viewState = z.enum(['whole', 'differs', 'late', 'end marker', 'lawfully gone', 'stopped']);

/** What is kept of a finished check in `run.result`. */
export const resourceResult = z.object({
  /** Events read; of those that hold: led to the signed root; not sealed yet; sealed, where no tree leads to the root. */
  checked: z.number(),
  proven: z.number(),
  unsealed: z.number(),
  unproven: z.number(),
  firstSeq: z.number().nullable(),
  lastSeq: z.number().nullable(),
  /** The signed size that they are proven under, 0 of none, its root in hex, and whether that is known outside the database. */
  size: z.number(),
  root: z.string().nullable(),
  isOutside: z.boolean(),
  sealedValues: z.object({ sealed: z.number(), erased: z.number() }),
  counts: z.record(z.string(), z.number()),
  state: verdictState,
  view: viewState,
  /** To the last proof; with the view. */
  eventsMs: z.number(),
  tookMs: z.number(),
  /** How many findings there are, and how many of them the database keeps; where there are more, all lie in a file. */
  findings: z.number(),
  kept: z.number(),
  /** The event `resource.verified` in the product's own trail; null where that could not take it, and why not. */
  event: z.object({ seq: z.number(), trail: z.string() }).nullable(),
  notRecorded: z.string().nullable(),
  /** The id under which the event waits on disk, or waited, to be recorded once the trail takes it (features/trail/waiting-acts.ts). */
  act: z.string().optional(),
  /** The caller brought keys or notes, and every key that counted is our own: what notes show under these is found in the trail. */
  keysOurs: z.boolean().optional(),
});
export type ResourceResult = z.infer<typeof resourceResult>;

type Untold = 'unproven' | 'isOutside' | 'sealedValues' | 'view' | 'eventsMs' | 'tookMs';
/** A verdict as it is shown. Null: its event was written by a version that did not tell it, or of how long it took, which its row alone has, that says nothing. */
export type ShownResult = Omit<ResourceResult, Untold> & { [P in Untold]: ResourceResult[P] | null };
