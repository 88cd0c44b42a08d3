import { z } from 'zod';

const hex = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What the server gives a browser to check one event against the newest checkpoint (SPEC §5): the proof and the signed note, or why there is none: `keyless`, no key
 * file that can be read here, which says nothing of the event. `now` is the server's
 * clock, 27 characters. Nothing of it is believed: prove-in-browser.ts works out the rest.
 */
export const eventProofAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('sealed'), hashes: z.array(hex), note: z.string(), vkey: z.string(), words: z.string() }),
  z.object({ state: z.literal('waiting'), now: z.string() }),
  z.object({ state: z.literal('keyless'), code: z.string(), hint: z.string() }),
  z.object({ state: z.literal('broken'), code: z.string(), hint: z.string() }),
]);
export type EventProofAnswer = z.infer<typeof eventProofAnswer>;
export type SealedProof = Extract<EventProofAnswer, { state: 'sealed' }>;
