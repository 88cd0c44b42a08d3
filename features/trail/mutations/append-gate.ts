// Whether a trail may be appended to (SPEC §3 and §6): its head must hold everything that was signed, and the signer must not refuse.
import { judgeHead } from '@/core/signer-guard';
import { runtime } from '@/db/runtime';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { aliasOf } from '../epoch-name';
import { GUARD_MISSING, openGuard } from '../guard-file';
import { refusalAdvice } from '../refusal-words';
import { whyRefused } from '../why-refused';
import type { Head } from './head';
import { eventHash, proofOfEvent } from './signed-event';

/**
 * Before each append: the guard file says how much was signed, and the head must reach that far. Before a process's first append to a trail the last signed event is
 * compared too, by its proof: a restored or exchanged database is refused before it takes an event. Call with the head locked.
 * @throws AppError SIGNER_REFUSED: nothing is appended until the reason is gone
 */
export async function checkSigned(tx: Tx, trailId: TrailId, head: Head): Promise<void> {
  const refusal = whyRefused(head.origin);
  if (refusal) throw refused(head.origin, refusal.reason);
  const opened = openGuard(head.origin);
  if (opened.guard === null) throw refused(head.origin, opened.reason);
  const { guard } = opened;
  if (guard === 'missing') throw refused(head.origin, GUARD_MISSING);
  const judged = await judgedTrails();
  if (head.nextSeq >= guard.size && judged.has(trailId)) return;
  const last = guard.size - 1;
  const proof = last < 0 ? null : await proofOfEvent(tx, trailId, last, guard.size);
  const verdict = judgeHead(guard, head.nextSeq, await eventHash(tx, trailId, last), proof);
  if (!verdict.ok) throw refused(head.origin, verdict.reason);
  judged.add(trailId);
}

const refused = (origin: string, reason: string) =>
  new AppError('SIGNER_REFUSED', { hint: `nothing is appended to ${origin}: ${reason}. ${refusalAdvice(reason, aliasOf(origin)).replace(/\.$/, '')}` });

// By database, as the heads that a process knows are.
const shared = globalThis as { indelibleJudged?: WeakMap<object, Set<TrailId>> };

async function judgedTrails(): Promise<Set<TrailId>> {
  shared.indelibleJudged ??= new WeakMap();
  const { db } = await runtime();
  let judged = shared.indelibleJudged.get(db);
  if (!judged) {
    judged = new Set();
    shared.indelibleJudged.set(db, judged);
  }
  return judged;
}
