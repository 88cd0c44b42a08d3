import 'server-only';
import { eq } from 'drizzle-orm';
import { trail } from '@/db/schema/trail';
import type { TrailId } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import { keyStart } from '@/features/sealing/key-start';
import { seedFault } from '@/features/trail/log-seed';

/** `sinceSize`: events that were sealed when the key took over, 0 for the first; `before`: the keys it followed, newest first, each from which size. */
export type ShownKey = { vkey: string; since: string; sinceSize: number; before: { vkey: string; size: number }[]; isFromFile: boolean };

/** The verifier key of a trail, from its key file (SPEC §6); from the row only where the file is not on this machine. */
export async function getLogKey(trailId: TrailId): Promise<ShownKey> {
  const [row] = await appTransaction((tx) =>
    tx.select({ origin: trail.origin, vkey: trail.logVkey, since: trail.createdAt }).from(trail).where(eq(trail.trailId, trailId)),
  );
  const { origin, vkey, since } = row as NonNullable<typeof row>;
  if (seedFault(origin) !== null) return { vkey, since, sinceSize: 0, before: [], isFromFile: false };
  const key = keyStart(origin);
  return { vkey: key.vkey, since: key.at ?? since, sinceSize: key.size, before: key.before, isFromFile: true };
}
