import 'server-only';
import { isDatabaseAway } from '@/db/database-away';
import { appTransaction } from '@/db/transaction';
import { getRunKey } from '@/features/runs/queries';
import { RunStop, type RunTools } from '@/features/runs/run-kind';
import { keepWaitingOrSay } from '@/features/trail/keep-or-say';
import { appClock } from '@/features/trail/mutations/batch-clock';
import { ownOrigin, recordAct } from '@/features/trail/mutations/record-act';
import { tellWaitingIfDue } from '@/features/trail/mutations/tell-waiting';
import { forgetEarlierTries, forgetWaiting, newActId, type WaitingAct } from '@/features/trail/waiting-acts';
import { AppError } from '@/lib/errors';
import { log } from '@/lib/log';
import { areKeysOurs, isBrought } from '../our-keys';
import type { ResourceParams, ResourceResult } from '../resource-schema';
import type { ResourceVerdict } from '../verify-resource';

type Finish = { origin: string; runId: number; asked: ResourceParams; verdict: ResourceVerdict } & Pick<RunTools, 'addFindings' | 'complete'>;

/**
 * One transaction: the findings, `resource.verified` in the product's own trail, and the end of the run. Not in the trail itself: it covers no range of it, and nothing that
 * decides what is verified next may take it for a run that does. Where the event cannot be taken the verdict is kept all the same, and says so, and the event
 * waits on disk, if there is room for it.
 */
export async function finishResource(finish: Finish): Promise<ResourceResult> {
  const { origin, runId, asked, verdict } = finish;
  const act = verifiedAct(origin, runId, asked, verdict);
  const key = await getRunKey(runId);
  await tellWaitingIfDue(ownOrigin());
  try {
    return await write(finish, key, act);
  } catch (cause) {
    if (cause instanceof RunStop || isDatabaseAway(cause)) throw cause;
    log.warn({ err: cause, runId: finish.runId }, 'the check of a resource could not be recorded');
    const waiting: WaitingAct = { v: 1, id: newActId(), origin: ownOrigin(), occurredAt: appClock(), ...act, run: { id: runId, key, link: 'ended' } };
    const kept = keepWaitingOrSay(waiting) ? { act: waiting.id } : {};
    const code = cause instanceof AppError ? cause.code : 'APPEND_FAILED';
    return await write(finish, key, null, { notRecorded: code, ...kept }).catch((cause) => {
      if (cause instanceof RunStop) forgetWaiting(waiting); // another has the run: its end is the other's
      throw cause;
    });
  }
}

const write = (
  { origin, runId, asked, verdict, addFindings, complete }: Finish,
  key: string | null,
  act: ReturnType<typeof verifiedAct> | null,
  untold: Pick<ResourceResult, 'notRecorded' | 'act'> = { notRecorded: null },
): Promise<ResourceResult> =>
  appTransaction(async (tx) => {
    const { findings, isCancelled, ...told } = verdict;
    await addFindings(tx, findings);
    const receipt = act && (await recordAct(tx, act));
    const total = Object.values(told.counts).reduce((sum, n) => sum + n, 0);
    const event = receipt && { seq: receipt.seq, trail: receipt.trail };
    const counts = { ...told.counts };
    const result: ResourceResult = {
      ...told,
      counts,
      findings: total,
      kept: findings.length,
      event,
      ...untold,
      ...(isBrought(asked) && areKeysOurs(origin, asked) ? { keysOurs: true } : {}),
    };
    await complete(tx, result, { done: told.checked, total: told.checked, counts }, isCancelled ? 'cancelled' : 'done');
    forgetEarlierTries({ id: runId, key }, 'resource.verified', untold.act);
    return result;
  });

function verifiedAct(trail: string, runId: number, { type, id, deep, vkeys, notes }: ResourceParams, verdict: ResourceVerdict) {
  const { checked, proven, unsealed, size, root, counts, state, isCancelled } = verdict;
  const { unproven, firstSeq, lastSeq, isOutside, sealedValues, view } = verdict;
  return {
    action: 'resource.verified',
    actor: 'system' as const,
    resourceType: 'run',
    resourceId: String(runId),
    details: {
      ...{ trail, type, id, checked, proven, unsealed, ...(root === null ? {} : { size, root }), counts: { ...counts }, state },
      ...{ unproven, ...(firstSeq === null || lastSeq === null ? {} : { first: firstSeq, last: lastSeq }) },
      ...{ outside: isOutside, sealed_values: { ...sealedValues }, view },
      ...(deep ? { deep: true } : {}),
      ...(isCancelled ? { cancelled: true } : {}),
      ...(isBrought({ vkeys, notes }) ? { keys_given: true, ...(areKeysOurs(trail, { vkeys }) ? { keys_ours: true } : {}) } : {}),
    },
  };
}
