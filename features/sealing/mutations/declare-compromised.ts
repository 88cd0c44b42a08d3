import { newObject } from '@/core/json';
import { uuidV8 } from '@/core/uuid';
import { scopeOf } from '@/db/scope';
import { writeTransaction } from '@/db/transaction';
import { appendEvents, type Receipt } from '@/features/trail/mutations/append';
import { appClock } from '@/features/trail/mutations/batch-clock';
import { systemDraft } from '@/features/trail/mutations/system-draft';
import { AppError } from '@/lib/errors';
import { keyStart } from '../key-start';
import { countNotesBetween } from '../queries/checkpoints';
import { withSealingLock } from '../sealing-lock';
import { signLogAct } from '../sign-log-act';
import type { SealedTrail } from './seal-trail';

/** `unknown`: checkpoints in the database above the last trusted size that the named key signed alone: from now on each is named UNKNOWN_KEY. */
export type Declared = { ok: true; vkey: string; by: string; receipt: Receipt; unknown: number } | { ok: false; reason: string };

/**
 * Says in the trail that a key which signed before was stolen, by an act of the key that signs now (SPEC §6): what the named key signed alone above `lastTrustedSize` counts
 * no more for whoever was given the newer key. The same again by the same key is the same event.
 * @param vkey which one; without it the one before the present key
 * @throws AppError what appendEvents throws: nothing was said
 */
export const declareCompromised = (trail: SealedTrail, lastTrustedSize: number, vkey?: string): Promise<Declared> =>
  withSealingLock(trail.origin, () => declare(trail, lastTrustedSize, vkey)); // a rotation that ended meanwhile would sign for another key than is said

async function declare(trail: SealedTrail, lastTrustedSize: number, vkey: string | undefined): Promise<Declared> {
  const { origin, trailId } = trail;
  const { vkey: by, before, size } = keyStart(origin);
  if (vkey === by)
    return { ok: false, reason: 'this is the key that signs now, and nobody believes a key about itself: rotate it first, then say so with the new one' };
  if (before.length === 0)
    return { ok: false, reason: 'the trail has had one key only, and nobody believes a key about itself: rotate it first, then say so with the new one' };
  const at = vkey === undefined ? 0 : before.findIndex((one) => one.vkey === vkey);
  const named = before[at];
  if (named === undefined)
    return { ok: false, reason: `no key file here is that of ${vkey}; keys that signed before: ${before.map((one) => one.vkey).join(', ')}` };
  const end = before[at - 1]?.size ?? size;
  if (lastTrustedSize > end)
    return { ok: false, reason: `that key signed alone up to ${end} events at most, where the next one took over: trust it no further than that` };
  const details = Object.assign(newObject(), { vkey: named.vkey, last_trusted_size: lastTrustedSize });
  const { details: signed, keep } = signLogAct(origin, 'key.compromised', details);
  const act = systemDraft({
    action: 'key.compromised',
    // by whom is part of it: after another rotation the newer key says so too, for whoever was given that one
    id: uuidV8(`audit-compromised/v1\n${named.vkey}\n${lastTrustedSize}\n${by}\n`),
    occurredAt: appClock(),
    resourceType: 'key',
    resourceId: named.vkey,
    details: signed,
  });
  const [result] = await writeTransaction(scopeOf(trailId), async (tx) => {
    const results = await appendEvents(tx, trailId, [act]);
    if (results[0]?.status !== 'conflict') keep();
    return results;
  });
  if (result === undefined || result.status === 'conflict') throw new AppError('ACT_CONFLICT', { hint: 'key.compromised: its id stands for another event' });
  const { receipt } = result;
  return { ok: true, vkey: named.vkey, by, receipt, unknown: await countNotesBetween(scopeOf(trailId), trailId, lastTrustedSize, end) };
}
