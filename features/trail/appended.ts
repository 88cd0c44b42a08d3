import { z } from 'zod';

const appended = z.object({ nextSeq: z.number().int().nonnegative(), lastHash: z.string().regex(/^[0-9a-f]{64}$/) });

/** How far a trail was appended to and acknowledged: the events, and the event_hash of the last, hex. Of two histories neither speaks for the other. */
export type Appended = z.infer<typeof appended>;

/** Several, in a file. One by itself is what earlier versions wrote. */
export const appendedList = z.union([z.array(appended), appended.transform((one) => [one])]);

export const isSameAppended = (a: Appended, b: Appended): boolean => a.nextSeq === b.nextSeq && a.lastHash === b.lastHash;

/** Each once, in the order in which they came. */
export const distinct = (all: readonly Appended[]): Appended[] => all.filter((one, i) => all.findIndex((other) => isSameAppended(one, other)) === i);
