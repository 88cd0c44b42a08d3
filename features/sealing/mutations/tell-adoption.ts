import { uuidV8 } from '@/core/uuid';
import { readGuard } from '@/features/trail/guard-file';
import { recordActNow } from '@/features/trail/mutations/record-act';
import { log } from '@/lib/log';
import { forgetAdopting, readAdopting } from '../adoption-file';

/**
 * Records `guard.adopted` where an adoption wrote its guard and has not said so yet; under an id of its own, so that there is one act however often it is tried. Before the guard
 * is there nothing has happened, and nothing is said.
 * @throws AppError what keeps `<host>/indelible` from taking an event: it stays due
 */
export async function tellAdoption({ origin }: { origin: string }): Promise<void> {
  forgetIfNone(origin);
  const adopting = readAdopting(origin);
  const guard = adopting === null ? null : readGuard(origin);
  if (adopting === null || guard === null || guard === 'missing') return;
  const { size, root } = adopting;
  await recordActNow({
    action: 'guard.adopted',
    id: uuidV8(`audit-adoption/v1\n${origin}\n${size}\n${root}\n`),
    actor: 'system',
    resourceType: 'trail',
    resourceId: origin,
    details: { size, root },
  });
  forgetAdopting(origin);
}

/** A guard that is there and is not the one that was to be adopted was put back from a backup: then nothing was adopted. Asked before a seal takes the guard further. */
export function forgetIfNone(origin: string): void {
  const adopting = readAdopting(origin);
  const guard = adopting === null ? null : readGuard(origin);
  if (adopting === null || guard === null || guard === 'missing') return;
  const { size, root } = adopting;
  if (guard.size < size || (guard.size === size && guard.root.toString('hex') !== root)) forgetAdopting(origin);
}

/** The same for who has something else to do: what is due stays due, and is said in the log. */
export async function tellAdoptionIfDue(trail: { origin: string }): Promise<void> {
  try {
    await tellAdoption(trail);
  } catch (err) {
    log.warn({ err, origin: trail.origin }, 'an adoption of a guard could not be recorded yet; it will be tried again');
  }
}
