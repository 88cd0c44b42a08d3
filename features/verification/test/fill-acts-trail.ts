// A trail with acts that say what may be away, filled through the one door; of more than two full tiles.
//
//   seq     0 ── 39 ── 79 ── 119 ── acts ── 599 │ acts, not signed ── 619
//           March  April  May    120 partition.archived [0,40)     600 partition.archived [40,80)
//                                121 events.disposed [80,120) of 5  601 events.disposed [40,80) of 10
//                                122 partition.archived [40,80), signed by a stranger
import { type ActAction, signAct } from '@/core/act';
import { newObject } from '@/core/json';
import { makeLogKey } from '@/core/vkey';
import { writeTransaction } from '@/db/transaction';
import { logKeyOf } from '@/features/sealing/log-key';
import { appendEvents, type Draft } from '@/features/trail/mutations/append';
import type { NewTrail } from '@/features/trail/mutations/create-trail';
import { systemDraft } from '@/features/trail/mutations/system-draft';
import { apiDraft } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';

export const SIGNED = 600;
export const END = 620;
/** The acts' places. */
export const ARCHIVED = 120;
export const DISPOSED = 121;

const day = (month: number) => `2026-0${month}-15T10:00:00.000000Z`;

/** `seal` is called where the signed part ends. */
export async function fillActsTrail(name: string, seal: (trail: NewTrail) => Promise<unknown>): Promise<NewTrail> {
  const trail = await makeTrail(name, { synthetic: true, clock: '2026-03-01T12:00:00.000000Z' });
  const { origin } = trail;
  const append = (month: number, drafts: Draft[]) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts, { clock: day(month) }));
  const some = (count: number) => Array.from({ length: count }, (_, n) => apiDraft({ details: { n }, source_seq: undefined }, 'app'));
  const act = (action: ActAction, from: number, to: number, count: number, key = logKeyOf(origin)) => {
    const details = { from_seq: from, to_seq: to, count, policy: 'months', approvers: ['u-1', 'u-2'], manifest_sha256: 'ab'.repeat(32) };
    const signed = signAct(origin, action, Object.assign(newObject(), details), key);
    return systemDraft({ action, occurredAt: day(6), resourceType: 'partition', resourceId: `${from}`, details: signed });
  };
  await append(3, some(39));
  await append(4, some(40));
  await append(5, some(40));
  await append(6, [
    act('partition.archived', 0, 40, 40),
    act('events.disposed', 80, 120, 5),
    act('partition.archived', 40, 80, 40, makeLogKey()),
    ...some(SIGNED - 123),
  ]);
  await seal(trail);
  await append(6, [act('partition.archived', 40, 80, 40), act('events.disposed', 40, 80, 10), ...some(18)]);
  return trail;
}
