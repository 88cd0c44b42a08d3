// A key's rotation (SPEC §6), as far as the signer has to do with it. It is under way from the moment that the next key's file is there, and whoever seals next finishes it:
//
//   R1  keys/<alias>.next.key       made by the command, on disk
//   R2  key.rotated {old, new}      signed by the old key, through the one door; under an id of its own, so that there is one
//   R3  the first checkpoint that covers it, by both keys: guard, checkpoints/<alias>.<key id>, local file, row, in the order of every seal
//   R4  the old key's file gets its second name, the next key's takes its place
//
// A step begins by looking how far it is, under the sealing lock: nobody else signs meanwhile, and nothing above the act is signed by the old key alone.
import { newObject } from '@/core/json';
import { uuidV8 } from '@/core/uuid';
import { type LogKey, vkeyOf } from '@/core/vkey';
import { scopeOf } from '@/db/scope';
import { readTransaction, writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { appClock } from '@/features/trail/mutations/batch-clock';
import { systemDraft } from '@/features/trail/mutations/system-draft';
import { findSeqById } from '@/features/trail/queries/get-event';
import { readRefusal } from '@/features/trail/refusal-file';
import { AppError } from '@/lib/errors';
import { logKeyOf, nextKeyOf } from '../log-key';
import { signLogAct } from '../sign-log-act';
import type { SealedTrail } from './seal-trail';

/** `actSeq`: the number of its act; null where the trail cannot take it now, `waits` says why: then the old key goes on. */
export type Rotation = { next: LogKey; actSeq: number | null; waits: AppError | null };

/** R2, where it is due. Null where no rotation is under way. */
export async function openRotation(trail: SealedTrail): Promise<Rotation | null> {
  const next = nextKeyOf(trail.origin);
  if (next === null) return null;
  const id = actId(trail.origin, next);
  const found = await readTransaction(scopeOf(trail.trailId), (tx) => findSeqById(tx, trail.trailId, id));
  if (found !== null) return { next, actSeq: found, waits: null };
  const refusal = readRefusal(trail.origin);
  if (refusal !== null) return { next, actSeq: null, waits: new AppError('SIGNER_REFUSED', { hint: refusal.reason }) };
  try {
    return { next, actSeq: await appendAct(trail, id, next), waits: null };
  } catch (cause) {
    if (cause instanceof AppError) return { next, actSeq: null, waits: cause };
    throw cause;
  }
}

/** Whether a checkpoint of a size is signed by both keys. */
export const isBySuccessorToo = (rotation: Rotation | null, size: number): rotation is Rotation & { actSeq: number } =>
  rotation !== null && rotation.actSeq !== null && size > rotation.actSeq;

async function appendAct({ trailId, origin }: SealedTrail, id: string, next: LogKey): Promise<number> {
  const [old, vkey] = [logKeyOf(origin), vkeyOf(origin, next.publicKey)];
  const details = Object.assign(newObject(), { old: vkeyOf(origin, old.publicKey), new: vkey });
  const { details: signed, keep } = signLogAct(origin, 'key.rotated', details, old);
  const act = systemDraft({
    action: 'key.rotated',
    id,
    occurredAt: appClock(),
    resourceType: 'key',
    resourceId: vkey,
    details: signed,
  });
  const [result] = await writeTransaction(scopeOf(trailId), async (tx) => {
    const results = await appendEvents(tx, trailId, [act]);
    if (results[0]?.status !== 'conflict') keep();
    return results;
  });
  if (result?.status !== 'appended' && result?.status !== 'duplicate')
    throw new AppError('ACT_CONFLICT', { hint: 'key.rotated: its id stands for another event' });
  return result.receipt.seq;
}

/** UUIDv8 of the successor: one act a rotation, however often it is tried. Nobody can name it first, as nobody knows the key. */
export const actId = (origin: string, next: LogKey): string => uuidV8(`audit-rotation/v1\n${vkeyOf(origin, next.publicKey)}\n`);
