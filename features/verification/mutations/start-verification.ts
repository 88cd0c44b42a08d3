import 'server-only';
import type { TrailId } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import { createRun, newRunKey } from '@/features/runs/mutations/create-run';
import { appClock } from '@/features/trail/mutations/batch-clock';
import { ownOrigin, recordAct } from '@/features/trail/mutations/record-act';
import { keepWaiting, newActId } from '@/features/trail/waiting-acts';
import { AppError } from '@/lib/errors';
import { log } from '@/lib/log';
import type { ResourceParams } from '../resource-schema';
import type { VerifyParams } from '../schema';

type Start = { trailId: TrailId; origin: string; person: { userId: string; role: string } } & (
  | { kind?: 'verify'; params: VerifyParams }
  | { kind: 'resource'; params: ResourceParams }
);

/**
 * Puts a verification, or the check of one resource, into the queue; that a person asked for it becomes an act in the product's own trail. Where that trail can take no event (it may be the broken
 * one), the verification is made all the same, and the act waits on disk: it must never be the attacked log that decides whether it is looked at.
 * @returns the run's number
 */
export async function startVerification(start: Start): Promise<number> {
  try {
    return await write(start, true);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    log.warn({ err: cause }, 'who asked for a verification could not be recorded');
    return write(start, false);
  }
}

const write = ({ trailId, origin, person, ...asked }: Start, isRecorded: boolean): Promise<number> =>
  appTransaction(async (tx) => {
    const key = newRunKey();
    const runId = await createRun(tx, { kind: asked.kind ?? 'verify', trailId, params: asked.params, startedBy: person.userId, key });
    const act = {
      action: 'verification.started',
      actor: { userId: person.userId, isAdmin: person.role === 'admin' },
      resourceType: 'run',
      resourceId: String(runId),
      details: { trail: origin, ...whatOf(asked) },
    };
    if (isRecorded) await recordAct(tx, act);
    // before the row is there for all: killed in between, the act says after a minute that it came to nothing
    else keepWaiting({ v: 1, id: newActId(), origin: ownOrigin(), occurredAt: appClock(), ...act, run: { id: runId, key, link: 'started' } });
    return runId;
  });

const whatOf = (asked: Pick<Start, 'kind' | 'params'>): Record<string, string | number | true> => {
  if ('type' in asked.params) return { type: asked.params.type, id: asked.params.id };
  const { from, to, deep } = asked.params;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), ...(deep ? { deep } : {}) };
};
