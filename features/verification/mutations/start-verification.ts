import 'server-only';
import type { TrailId } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import { createRun } from '@/features/runs/mutations/create-run';
import { recordAct } from '@/features/trail/mutations/record-act';
import { AppError } from '@/lib/errors';
import { log } from '@/lib/log';
import type { VerifyParams } from '../schema';

type Start = { trailId: TrailId; origin: string; params: VerifyParams; person: { userId: string; role: string } };

/**
 * Puts a verification into the queue; that a person asked for it becomes an act in the product's own trail. Where that trail can take no event (it may be the broken
 * one), the verification is made all the same: it must never be the attacked log that decides whether it is looked at.
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

const write = ({ trailId, origin, params, person }: Start, isRecorded: boolean): Promise<number> =>
  appTransaction(async (tx) => {
    const runId = await createRun(tx, { kind: 'verify', trailId, params, startedBy: person.userId });
    if (isRecorded) {
      await recordAct(tx, {
        action: 'verification.started',
        actor: { userId: person.userId, isAdmin: person.role === 'admin' },
        resourceType: 'run',
        resourceId: String(runId),
        details: { trail: origin, from: params.from, to: params.to },
      });
    }
    return runId;
  });
