// Whether a trail may be appended to (SPEC §3 and §6): its head must hold everything that was signed, and the signer must not refuse.
import { judgeHead } from '@/core/signer-guard';
import { inclusionProof } from '@/core/tile-proof';
import { runtime } from '@/db/runtime';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { aliasOf, GUARD_MISSING, guardFault, readGuard, readRefusal } from '../guard-file';
import { missingGuardAdvice } from '../refusal-words';
import type { Head } from './head';

/**
 * Before each append: the guard file says how much was signed, and the head must reach that far. Before a process's first append to a trail the last signed event is
 * compared too, by its proof: a restored or exchanged database is refused before it takes an event. Call with the head locked.
 * @throws AppError SIGNER_REFUSED: nothing is appended until the reason is gone
 */
export async function checkSigned(tx: Tx, trailId: TrailId, head: Head): Promise<void> {
  const refusal = readRefusal(head.origin);
  if (refusal) throw refused(head.origin, refusal.reason, refusal.reason === GUARD_MISSING ? missingGuardAdvice(aliasOf(head.origin)) : undefined);
  const guard = readGuard(head.origin);
  if (guard === null) throw refused(head.origin, guardFault(head.origin));
  if (guard === 'missing') throw refused(head.origin, GUARD_MISSING, missingGuardAdvice(aliasOf(head.origin)));
  const judged = await judgedTrails();
  if (head.nextSeq >= guard.size && judged.has(trailId)) return;
  const verdict = judgeHead(guard, head.nextSeq, await eventHash(tx, trailId, guard.size - 1), await proofOfLast(tx, trailId, guard.size));
  if (!verdict.ok) throw refused(head.origin, verdict.reason);
  judged.add(trailId);
}

const LOOK = 'Run a verification, and find out who wrote to the database or whether an old backup was restored';

const refused = (origin: string, reason: string, advice = LOOK) =>
  new AppError('SIGNER_REFUSED', { hint: `nothing is appended to ${origin}: ${reason}. ${advice}` });

async function eventHash(tx: Tx, trailId: TrailId, seq: number): Promise<Buffer | null> {
  if (seq < 0) return null;
  const rows = await sqlOf(tx).unsafe<{ hash: Buffer }[]>('select event_hash as hash from audit_event where trail_id = $1 and seq = $2', [trailId, seq]);
  return rows.length === 1 ? (rows[0]?.hash ?? null) : null;
}

async function proofOfLast(tx: Tx, trailId: TrailId, size: number): Promise<Buffer[] | null> {
  if (size === 0) return null;
  return inclusionProof(size - 1, size, async (level, n) => {
    const [row] = await sqlOf(tx).unsafe<{ hashes: Buffer }[]>('select hashes from tile where trail_id = $1 and level = $2 and n = $3', [trailId, level, n]);
    return row?.hashes ?? null;
  });
}

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
