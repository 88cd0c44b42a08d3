import { uuidV8 } from '@/core/uuid';
import { isGivenUp, readGuard, writeLost } from '@/features/trail/guard-file';
import { recordActNow } from '@/features/trail/mutations/record-act';
import { log } from '@/lib/log';
import { type Adopting, forgetAdopting, readAdopting } from '../adoption-file';

/**
 * Records `guard.adopted` where an adoption wrote its guard and has not said so yet; under an id of its own, so that there is one act however often it is tried. Before the guard
 * is there nothing has happened, and nothing is said.
 * @throws AppError what keeps `<host>/indelible` from taking an event: it stays due
 */
export async function tellAdoption({ origin }: { origin: string }): Promise<void> {
  const adopted = settleAdoption(origin);
  if (adopted === null) return;
  const { size, root, lost } = adopted;
  await recordActNow({
    action: 'guard.adopted',
    id: uuidV8(`audit-adoption/v1\n${origin}\n${size}\n${root}\n${lost ? `${lost.nextSeq}\n${lost.lastHash}\n` : ''}`),
    actor: 'system',
    resourceType: 'trail',
    resourceId: origin,
    // what was acknowledged and is not in the history that was adopted: up to which number, and which event was the last
    details: { size, root, ...(lost && { lost: { size: lost.nextSeq, last_event_hash: lost.lastHash } }) },
  });
  forgetAdopting(origin);
}

/**
 * The adoption whose guard is there and that is not told yet; what it gave up is remembered no more from here on. A guard that is there and is not the one that was to be
 * adopted was put back from a backup: then nothing was adopted. Asked before a seal takes the guard further.
 */
export function settleAdoption(origin: string): Adopting | null {
  const adopting = readAdopting(origin);
  const guard = adopting === null ? null : readGuard(origin);
  if (adopting === null || guard === null || guard === 'missing') return null;
  const { size, root, lost } = adopting;
  if (guard.size < size || (guard.size === size && guard.root.toString('hex') !== root)) {
    forgetAdopting(origin);
    return null;
  }
  if (lost && !isGivenUp(origin, lost)) writeLost(origin, lost);
  return adopting;
}

/** The same for who has something else to do: what is due stays due, and is said in the log. */
export async function tellAdoptionIfDue(trail: { origin: string }): Promise<void> {
  try {
    await tellAdoption(trail);
  } catch (err) {
    log.warn({ err, origin: trail.origin }, 'an adoption of a guard could not be recorded yet; it will be tried again');
  }
}
