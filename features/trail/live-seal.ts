import { z } from 'zod';
import type { LiveSeal } from './shell';

/** What the route answers that an open page asks every few seconds. Isomorphic. */
export const liveSealSchema: z.ZodType<LiveSeal> = z.object({
  events: z.number(),
  sealedSize: z.number(),
  oldestUnsealedMs: z.number().nullable(),
  isSealStale: z.boolean(),
  notCoveredSince: z.string().nullable(),
  refusal: z.object({ since: z.string(), reason: z.string() }).nullable(),
});
