import { eq } from 'drizzle-orm';
import type { JsonValue } from '@/core/json';
import { trail } from '@/db/schema/trail';
import { mintScope, type TrailId } from '@/db/scope';
import { appTransaction, asWriter, readTransaction, type Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { ensureHost } from '@/lib/home';
import { epochsFrom, newestEpoch } from '../epochs';
import { isHeld } from '../held';
import { findSeqById } from '../queries/get-event';
import { appendEvents, type Receipt } from './append';
import { appClock } from './batch-clock';
import { systemDraft } from './system-draft';

/** A person by his user id ('' = an account that nobody knows), or the product itself. */
export type Actor = 'system' | { userId: string; isAdmin?: boolean | undefined };

export type Act = {
  /** As SPEC §12 names it, such as `import.finished`. */
  action: string;
  actor: Actor;
  resourceType: string;
  resourceId: string;
  outcome?: 'success' | 'failure' | 'denied' | undefined;
  details?: Record<string, JsonValue | undefined>;
  ip?: string | null | undefined;
  userAgent?: string | null | undefined;
  sessionId?: string | null | undefined;
  /** For what is told once however often it is tried. */
  id?: string | undefined;
  /** 27 characters; absent: now. */
  occurredAt?: string | undefined;
};

/** The product's own trail: `<host>/indelible`, or the epoch in which it goes on. */
export const ownOrigin = (): string => newestEpoch(`${ensureHost()}/indelible`);

/** That trail and all its epochs, in their order: what was done in the product stands in each for its time. */
export const ownOrigins = (): readonly string[] => epochsFrom(`${ensureHost()}/indelible`);

/**
 * Appends what somebody did in the product to `<host>/indelible`, in the caller's transaction: if it cannot be recorded, it does not happen.
 * Where the same transaction writes another trail too, that one comes first, so that two transactions never wait for each other.
 * @param into for the act that begins an epoch of the own trail
 */
export async function recordAct(tx: Tx, act: Act, into = ownOrigin()): Promise<Receipt> {
  const draft = systemDraft({
    action: act.action,
    id: act.id,
    occurredAt: act.occurredAt ?? appClock(),
    actor: act.actor === 'system' ? undefined : { type: act.actor.isAdmin ? 'admin' : 'user', id: act.actor.userId },
    resourceType: act.resourceType,
    resourceId: act.resourceId,
    outcome: act.outcome,
    details: act.details ?? {},
    ipAddress: act.ip,
    userAgent: act.userAgent,
    sessionId: act.sessionId,
  });
  const trailId = await findOwnTrail(tx, into);
  const [result] = await asWriter(tx, mintScope([trailId]), () => appendEvents(tx, trailId, [draft])).catch((cause: unknown) => {
    if (!isHeld(cause)) throw cause;
    throw new AppError(cause.code, { hint: `${act.action} cannot be recorded, and what is not recorded does not happen: ${cause.hint}` });
  });
  if (!result || result.status === 'conflict') throw new AppError('ACT_CONFLICT', { hint: `${act.action}: its id stands for another act already` });
  return result.receipt;
}

/** The same in a transaction of its own. */
export const recordActNow = (act: Act): Promise<Receipt> => appTransaction((tx) => recordAct(tx, act));

/**
 * Whether the trail has an event under the id of an act that is told once. It asks for nothing that an append does, so that what was told long ago needs no trail that takes
 * events now.
 */
export async function isRecorded(id: string): Promise<boolean> {
  const trailId = await appTransaction((tx) => findOwnTrail(tx, ownOrigin()));
  return (await readTransaction(mintScope([trailId]), (tx) => findSeqById(tx, trailId, id))) !== null;
}

async function findOwnTrail(tx: Tx, origin: string): Promise<TrailId> {
  const [own] = await tx.select({ trailId: trail.trailId }).from(trail).where(eq(trail.origin, origin));
  if (!own) throw new AppError('OWN_TRAIL_MISSING', { hint: `${origin} is not in this database: was another database restored, or INDELIBLE_HOME changed?` });
  return own.trailId;
}
