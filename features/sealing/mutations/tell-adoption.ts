import { uuidV8 } from '@/core/uuid';
import { readGuard } from '@/features/trail/guard-file';
import { writeLost } from '@/features/trail/lost-file';
import { recordActNow } from '@/features/trail/mutations/record-act';
import { putAside } from '@/features/trail/refusal-file';
import { type Adopting, adoptionText, forgetAdopting, readAdopting } from '../adoption-file';

/**
 * Records `guard.adopted` where an adoption wrote its guard and has not said so yet; under an id of its own, so that there is one act however often it is tried. Before the guard
 * is there nothing has happened, and nothing is said.
 * @throws AppError what keeps `<host>/indelible` from taking an event: it stays due
 */
export async function tellAdoption({ origin }: { origin: string }): Promise<void> {
  for (const adopted of listDue(origin)) {
    const { size, root, lost = [], damaged, found } = adopted;
    await recordActNow({
      action: 'guard.adopted',
      id: uuidV8(adoptionText(origin, adopted)),
      actor: 'system',
      resourceType: 'trail',
      resourceId: origin,
      // what was acknowledged and is not in the history that was adopted: up to which number, and which event was the last; of each history that was
      details: {
        size,
        root,
        ...(lost.length > 0 && { lost: lost.map(({ nextSeq, lastHash }) => ({ size: nextSeq, last_event_hash: lastHash })) }),
        ...(damaged !== undefined && { damaged_refusal_sha256: damaged }), // what it knew nobody can say: `lost` may not be all
        ...(found && { found: found.counts, run: found.run }),
      },
    });
    forgetAdopting(origin, adopted);
  }
}

/** The adoptions whose guard is there and that are not told yet; what they gave up is remembered no more from here on, nor does a refusal bind that was damaged. */
function listDue(origin: string): Adopting[] {
  const adopting = readAdopting(origin); // before the guard, which is written behind it
  if (adopting.length === 0) return [];
  const guard = readGuard(origin);
  const due = adopting.filter((one) => isAdopted(guard, one));
  for (const { lost, damaged } of due) {
    if (lost) writeLost(origin, lost);
    if (damaged !== undefined) putAside(origin, damaged);
  }
  return due;
}

const isAdopted = (guard: ReturnType<typeof readGuard>, { size, root }: Adopting): boolean =>
  guard !== null && guard !== 'missing' && (guard.size > size || (guard.size === size && guard.root.toString('hex') === root));

/**
 * Gives up what an adoption gave up whose guard is there, and forgets one whose guard was not written, or put back from a backup instead: then nothing was adopted. Asked before a seal
 * takes the guard further, and under its lock: an adoption that is at work is between its two files.
 */
export function settleAdoption(origin: string): void {
  const due = listDue(origin).map((one) => adoptionText(origin, one));
  const rest = readAdopting(origin).filter((one) => !due.includes(adoptionText(origin, one)));
  if (rest.length === 0) return;
  const guard = readGuard(origin);
  if (guard !== null && guard !== 'missing') for (const one of rest) forgetAdopting(origin, one);
}
