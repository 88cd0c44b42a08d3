import { z } from 'zod';

const number = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const parts = z.object({
  keys: z.array(z.string().regex(/^[0-9a-f]{8}$/)).optional(),
  key_hashes: z.array(z.string().regex(/^[0-9a-f]{64}$/)).optional(),
  unsealed: z.object({ events: number, oldest_ms: number.nullable() }),
  signed_to: number,
  proven_to: number,
  proven_by: z.enum(['note', 'guard']).optional(),
  sealed_values: z.object({ sealed: number, erased: number }).optional(),
  listed: z.object({ compared: number, opened: number, uncompared: number.optional() }).optional(),
});

/** What a verdict names beside what was found (SPEC §8), as features/verification/schema.ts has it: told by its event, so that no row has to be believed of it. */
export type Parts = {
  keys: string[] | undefined;
  /** Absent in an event of before they were told. */
  keyHashes: string[] | undefined;
  unsealed: { events: number; oldestMs: number | null } | undefined;
  signedTo: number | undefined;
  provenTo: number;
  provenBy: 'note' | 'guard' | undefined;
  sealedValues: { sealed: number; erased: number } | null;
  listed: { compared: number; opened: number; uncompared?: number | undefined } | undefined;
};

// a caller may bring any number of them, and an event is small
const MOST_KEYS = 100;

/** As members of the event `verification.finished`. None of a verdict that does not know what was signed, or by a note of more events than an event can name. Pure. */
export function toldParts({ keys, keyHashes, unsealed, signedTo, provenTo, provenBy, sealedValues, listed }: { [P in keyof Parts]?: Parts[P] | null }) {
  if (!unsealed || !number.safeParse(signedTo).success || provenTo == null) return {};
  return {
    ...(keys && keys.length <= MOST_KEYS ? { keys, ...(keyHashes ? { key_hashes: keyHashes } : {}) } : {}),
    unsealed: { events: unsealed.events, oldest_ms: number.safeParse(unsealed.oldestMs).data ?? null }, // of an infinite time there is none
    signed_to: signedTo,
    proven_to: provenTo,
    ...(provenBy ? { proven_by: provenBy } : {}),
    ...(sealedValues ? { sealed_values: sealedValues } : {}),
    ...(listed ? { listed } : {}),
  };
}

/** And back. Null: the event is older than that, or says it in another form than ours. Pure. */
export function partsOf(said: unknown): Parts | null {
  const { data } = parts.safeParse(said);
  if (!data) return null;
  const { keys, key_hashes, unsealed, signed_to, proven_to, proven_by, sealed_values, listed } = data;
  return {
    keys,
    keyHashes: key_hashes,
    unsealed: { events: unsealed.events, oldestMs: unsealed.oldest_ms },
    signedTo: signed_to,
    provenTo: proven_to,
    provenBy: proven_by,
    sealedValues: sealed_values ?? null,
    listed,
  };
}
