import { type JsonValue, newObject } from '@/core/json';
import { scopeOf, type TrailId } from '@/db/scope';
import { sqlOf, writeTransaction } from '@/db/transaction';
import { signLogAct } from '@/features/sealing/sign-log-act';
import { appendEvents, type Receipt } from '@/features/trail/mutations/append';
import { appClock } from '@/features/trail/mutations/batch-clock';
import type { Actor } from '@/features/trail/mutations/record-act';
import { systemDraft } from '@/features/trail/mutations/system-draft';

export type Erasure = {
  seq: number;
  /** The place in the event's payload, as its commitment names it. */
  pointer: string;
  /** Why: such as `data subject request`. Never whose value it was: people are named by the request's id (SPEC §4). */
  ground: string;
  law: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  requestId: string;
};

export type ErasureOutcome = { ok: true; receipt: Receipt } | { ok: false; reason: string };

/**
 * Deletes a sealed value for ever and appends the act `value.erased`, signed by the trail's key, in one transaction: the one is never without the other. The event and its
 * commitment stay, so the chain holds. The row is taken first and the head behind it, and whoever waits for the row holds nothing. Stopped before the commit, nothing was
 * erased, and the file of the act may lie beside the key: it excuses nothing, and the same erasure again is the same file.
 * @returns why not, where there is no such value (any more)
 * @throws AppError KEY_MISSING, and what appendEvents throws: then nothing was erased
 */
export async function eraseValue(trail: { trailId: TrailId; origin: string }, erasure: Erasure, actor: Actor): Promise<ErasureOutcome> {
  const { trailId, origin } = trail;
  const { seq, pointer, ground, law, country, requestId } = erasure;
  const details = Object.assign(newObject(), { seq, pointer, ground, law, country, request_id: requestId } satisfies Record<string, JsonValue>);
  return writeTransaction(scopeOf(trailId), async (tx): Promise<ErasureOutcome> => {
    const gone = await sqlOf(tx).unsafe('delete from sealed_value where trail_id = $1 and seq = $2 and pointer = $3', [trailId, seq, pointer]);
    if (gone.count === 0) return { ok: false, reason: `Event ${seq} has no value at ${pointer} that could be erased.` };
    const { details: signed, keep } = signLogAct(origin, 'value.erased', details);
    const act = systemDraft({
      action: 'value.erased',
      occurredAt: appClock(),
      actor: actor === 'system' ? undefined : { type: actor.isAdmin ? 'admin' : 'user', id: actor.userId },
      resourceType: 'value',
      resourceId: `${seq}#${pointer}`,
      details: signed,
    });
    const [result] = await appendEvents(tx, trailId, [act]);
    keep(); // behind what may refuse, and before the commit: no act in the trail is without its file
    return { ok: true, receipt: (result as NonNullable<typeof result>).receipt };
  });
}
