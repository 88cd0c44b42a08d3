import 'server-only';
import { eq } from 'drizzle-orm';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { trail } from '@/db/schema/trail';
import type { TrailId } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import { readSecret } from '@/lib/home';

/** The verifier key of a trail, from its key file (SPEC §6); from the row only where the file is not on this machine. */
export async function getLogKey(trailId: TrailId): Promise<{ vkey: string; since: string; isFromFile: boolean }> {
  const [row] = await appTransaction((tx) =>
    tx.select({ origin: trail.origin, alias: trail.alias, vkey: trail.logVkey, since: trail.createdAt }).from(trail).where(eq(trail.trailId, trailId)),
  );
  const { origin, alias, vkey, since } = row as NonNullable<typeof row>;
  const seed = readSecret(`${alias}.key`);
  return { vkey: seed ? vkeyOf(origin, makeLogKey(seed).publicKey) : vkey, since, isFromFile: Boolean(seed) };
}
