import 'server-only';
import { type Filter, parseFilter } from '@/core/filter';
import { isDatabaseAway } from '@/db/database-away';
import { scopeOf, type TrailId } from '@/db/scope';
import { appTransaction, asWriter } from '@/db/transaction';
import { getRunKey } from '@/features/runs/queries';
import { RunStop, type RunTools } from '@/features/runs/run-kind';
import { keepWaitingOrSay } from '@/features/trail/keep-or-say';
import { appendEvents } from '@/features/trail/mutations/append';
import { appClock } from '@/features/trail/mutations/batch-clock';
import { systemDraft } from '@/features/trail/mutations/system-draft';
import { tellWaitingIfDue } from '@/features/trail/mutations/tell-waiting';
import { toldParts } from '@/features/trail/told-parts';
import { forgetEarlierTries, forgetWaiting, newActId, type WaitingAct } from '@/features/trail/waiting-acts';
import { AppError } from '@/lib/errors';
import { log } from '@/lib/log';
import { areKeysOurs, isBrought } from '../our-keys';
import type { Verdict } from '../run';
import type { VerifyParams, VerifyResult } from '../schema';

type Finish = { trailId: TrailId; origin: string; runId: number; asked: VerifyParams; verdict: Verdict } & Pick<RunTools, 'addFindings' | 'complete'> & {
    /** Made by the schedule of this process, which held its state: what no row is believed of. */
    scheduled: Pick<VerifyParams, 'schedule' | 'settles'> | null;
  } & Pick<VerifyResult, 'keys' | 'keyHashes' | 'unsealed' | 'signedTo' | 'provenBy' | 'resumed' | 'anew' | 'foundBefore' | 'isStateLeftOut'> & {
    runsLeftOut: string[];
  };

/**
 * One transaction: the findings, `verification.finished` in the trail itself, and the end of the run. `to` is long fixed, so the next verification checks one event more.
 * Where the trail cannot take the event (its head is forged: that is what was found) the run ends all the same and says so, and the event waits on disk until the trail takes
 * it; where the disk has no room for it either, the row alone says what was found: a verdict is never lost. What waited before is told first, so that verdicts stand in the
 * order in which they were found.
 */
export async function finishVerification(finish: Finish): Promise<VerifyResult> {
  const { runId, verdict, asked, resumed, origin } = finish;
  const event = finishedEvent(runId, verdict, {
    ...kindOf(origin, asked, verdict, resumed),
    ...scheduledOf(finish.scheduled),
    ...(finish.isStateLeftOut ? { state_left_out: true } : {}),
    ...(finish.runsLeftOut.length > 0 ? { runs_left_out: finish.runsLeftOut.slice(0, MOST_TRAILS) } : {}),
    ...toldParts({ ...verdict, ...finish }),
  });
  const key = await getRunKey(runId);
  await tellWaitingIfDue(origin);
  try {
    return await write(finish, key, event);
  } catch (cause) {
    if (cause instanceof RunStop || isDatabaseAway(cause)) throw cause;
    const code = cause instanceof AppError ? cause.code : 'APPEND_FAILED';
    log.warn({ err: cause, runId: finish.runId }, 'a verification could not be recorded in its trail');
    const act: WaitingAct = { v: 1, id: newActId(), origin, actor: 'system', ...event, run: { id: runId, key, link: 'ended' } };
    const kept = keepWaitingOrSay(act) ? { act: act.id } : {};
    return await write(finish, key, null, { notRecorded: code, ...kept }).catch((cause) => {
      if (cause instanceof RunStop) forgetWaiting(act); // another has the run: its end is the other's
      throw cause;
    });
  }
}

const write = (
  {
    trailId,
    origin,
    runId,
    asked,
    verdict,
    keys,
    keyHashes,
    unsealed,
    signedTo,
    provenBy,
    resumed,
    anew,
    foundBefore,
    isStateLeftOut,
    runsLeftOut,
    addFindings,
    complete,
  }: Finish,
  key: string | null,
  told: ReturnType<typeof finishedEvent> | null,
  untold: Pick<VerifyResult, 'notRecorded' | 'act'> = { notRecorded: null },
): Promise<VerifyResult> =>
  appTransaction(async (tx) => {
    const { from, to, checked, counts, state, toEventHash, findings, sealedTo, provenTo, sealedValues, away, stubs, listed } = verdict;
    await addFindings(tx, findings);
    const event = told ? await asWriter(tx, scopeOf(trailId), () => appendEvents(tx, trailId, [systemDraft(told)])) : [];
    const receipt = event[0]?.receipt;
    const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
    const result: VerifyResult = {
      from,
      to,
      checked,
      counts,
      state,
      toEventHash,
      sealedTo,
      provenTo,
      signedTo,
      ...(provenBy ? { provenBy } : {}),
      sealedValues,
      keys,
      ...(keyHashes ? { keyHashes } : {}),
      unsealed,
      ...(away.length === 0 ? {} : { away }),
      ...(stubs === 0 ? {} : { stubs }),
      ...(listed ? { listed } : {}),
      ...(isStateLeftOut ? { isStateLeftOut } : {}),
      ...(runsLeftOut.length > 0 ? { runsLeftOut } : {}),
      findings: total,
      kept: findings.length,
      event: receipt ? { seq: receipt.seq, eventHash: receipt.event_hash } : null,
      ...untold,
      ...(isBrought(asked) && areKeysOurs(origin, asked) ? { keysOurs: true } : {}),
      resumed,
      anew,
      foundBefore,
    };
    const end = { done: checked, counts, fromSeq: from, toSeq: to, ...(toEventHash ? { toEventHash: Buffer.from(toEventHash, 'hex') } : {}) };
    await complete(tx, result, end, verdict.isCancelled ? 'cancelled' : 'done');
    forgetEarlierTries({ id: runId, key }, 'verification.finished', untold.act);
    return result;
  });

/** SPEC §8, §12. `size` and `root`: how far the rows are those that were signed; absent where nothing is sealed. */
const finishedEvent = (
  runId: number,
  { from, to, toEventHash, counts, state, sealedTo, root, away, views }: Verdict,
  kind: ReturnType<typeof kindOf> & ReturnType<typeof scheduledOf> & ReturnType<typeof toldParts> & { state_left_out?: boolean; runs_left_out?: string[] },
) => ({
  action: 'verification.finished',
  occurredAt: appClock(),
  resourceType: 'run',
  resourceId: String(runId),
  details: {
    from,
    to,
    to_event_hash: toEventHash,
    ...(root === null ? {} : { size: sealedTo, root }),
    counts: { ...counts },
    state,
    ...(away.length === 0 ? {} : { away }),
    ...toldViews(views),
    ...kind,
  },
});

const MOST_TRAILS = 100; // an event is small
const VIEWS_CHARS = 16_384;

/** The filters that differed: over members of the header alone, since an event outlives the payloads of others, and as many as leave room for the rest. */
function toldViews(views: readonly Filter[]): { views?: Filter[] } {
  let length = 0;
  const told = views.filter((one) => {
    if (!parseFilter(one, 'proven').ok) return false;
    length += JSON.stringify(one).length;
    return length <= VIEWS_CHARS;
  });
  return told.length === 0 ? {} : { views: told };
}

/** What the run was, beyond the members of SPEC §8: told where it is so alone, so that no row has to be believed of it. A plain run of everything has none. */
const kindOf = (origin: string, { to, deep, vkeys, notes, goesOn }: VerifyParams, { isCancelled }: Verdict, resumed: VerifyResult['resumed']) => ({
  ...(deep ? { deep: true } : {}),
  ...(resumed === null ? {} : { resumed: true, resumed_at: resumed.at, began: resumed.checkedAt }),
  ...(isCancelled ? { cancelled: true } : {}),
  ...(to === undefined ? {} : { to_given: true }),
  ...(isBrought({ vkeys, notes }) ? { keys_given: true, ...(areKeysOurs(origin, { vkeys }) ? { keys_ours: true } : {}) } : {}),
  ...(goesOn === undefined ? {} : { goes_on: goesOn }),
});

/** For homes that share no disk with the one whose schedule made it. */
const scheduledOf = (made: Finish['scheduled']) => (made?.schedule ? { schedule: made.schedule, ...(made.settles ? { settles: made.settles } : {}) } : {});
