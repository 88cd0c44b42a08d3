import 'server-only';
import type { Filter } from '@/core/filter';
import { viewFiltersOf } from '@/core/view-sample';
import { getTrailRow } from '@/features/access/queries';
import type { RunKind } from '@/features/runs/run-kind';
import { countAway } from '@/features/trail/away';
import { isOwnAlias, previousEpochOf } from '@/features/trail/epoch-name';
import { followingEpoch } from '@/features/trail/epochs';
import { drawnFirst, forgetFound, keepFound, listFound, noteFoundEvent } from '@/features/trail/found-file';
import { keepNotes } from '@/features/trail/found-notes';
import { hasGivenUp } from '@/features/trail/lost-file';
import { looksForAll } from '@/features/trail/made-good';
import { nowText } from '@/lib/time';
import { addToFindingsFile } from './findings-file';
import { foundOf } from './found-verdict';
import { joinVerdicts, withState } from './join-verdicts';
import { finishVerification } from './mutations/finish-verification';
import { isBrought } from './our-keys';
import { forgetProven, provenWriter } from './proven-file';
import { findUnloggedState } from './queries/find-unlogged-state';
import { takeHeld } from './queries/held-state';
import { readVerdictParts } from './queries/verdict-parts';
import { type Verdict, verifyRange } from './run';
import { type VerifyParams, verifyParams } from './schema';
import { takeUp } from './take-up';
import { forgetUntold, listUntold, untoldFile, withUntold } from './untold-file';
import { walkToVerdict } from './walk-to-verdict';

/**
 * A run of the kind `verify`: from its params to its verdict, its event and its findings. One that was stopped is taken up at the last signed size that it had led to,
 * or begins anew and says why.
 */
export const verifyRun: RunKind = async (run, tools) => {
  const own = takeHeld(run.runId); // whatever its row says
  try {
    return await verify(run, tools, own?.asked ?? verifyParams.parse(run.params), own);
  } finally {
    own?.held.release();
  }
};

async function verify(
  { runId, trailId, result: before }: Parameters<RunKind>[0],
  { signal, report, addFindings, complete }: Parameters<RunKind>[1],
  asked: VerifyParams,
  own: ReturnType<typeof takeHeld>,
): ReturnType<RunKind> {
  const { from = 0, to, resumes } = asked;
  const trail = await getTrailRow(trailId);

  // its own first try, where there was one, else that of the run which it takes up
  const wasStopped = before !== null && 'interruptions' in before;
  let taken = wasStopped ? await takeUp(trail, runId, asked) : null;
  if (resumes !== undefined && !taken?.ok) taken = await takeUp(trail, resumes, asked);
  const part = taken?.ok ? taken.part : null;
  const first =
    taken?.ok && part
      ? { from, size: part.size, root: part.root, isOutside: part.isOutside, away: part.away, eventHash: taken.eventHash?.toString('hex') ?? null }
      : null;
  const checkedBefore = part ? part.size - from - countAway(part.away, 'archived') : 0;

  // what is brought says nothing of the trail, and a part of it takes over nothing that was found elsewhere
  const areKeysGiven = isBrought(asked);
  const untold = areKeysGiven || to !== undefined ? [] : listUntold(trail);
  const found = areKeysGiven ? null : untoldFile(trail, runId, asked.deep);

  const standing = own?.held.found ?? listFound(trail.origin); // before the state that is read: what is found from now on is no question of this run

  const partsOf = readVerdictParts(trail, asked, own?.held.seals);
  const walked = await walkToVerdict(
    { runId, trail, asked, signal },
    (options) =>
      verifyRange({
        ...options,
        from: part?.size ?? from,
        to,
        sources: part?.sources,
        onProven: provenWriter(runId, asked, part),
        onFound: (findings, notes) => {
          // who kills the run and takes the rows away takes no evidence with them
          if (found?.note(findings)) keepNotes(trail.origin, notes());
        },
        held: own?.held ?? null,
        views: standing.flatMap(({ views }) => views), // whatever becomes of their files meanwhile
      }),
    ({ checked, total, next, counts }) => report({ done: checkedBefore + checked, total: checkedBefore + total, counts, fromSeq: from, toSeq: next }),
  );
  // what accounts may do, and what reports go by, is told in the product's own trail: whoever verifies that to its end wants to know whether the tables say the same
  const isOwn = isOwnAlias(trail.alias) && to === undefined && !walked.isCancelled;
  const both = first ? joinVerdicts(first, walked) : walked;
  // where acts are away, here or before the range, given up, or lost with an epoch, nobody can say that none explains an account
  const isEpoch = previousEpochOf(trail.origin) !== null || followingEpoch(trail.origin) !== null;
  const isStateLeftOut = isOwn && (isEpoch || hasGivenUp(trail.origin) || both.away.length > 0 || (from > 0 && walked.mayLack));
  const { found: unlogged, runsLeftOut } = isOwn && !isStateLeftOut ? await findUnloggedState(trail) : { found: [], runsLeftOut: [] };
  const joined = withState(both, unlogged);
  // one that was stopped is no word on what others found
  const look = { start: part?.size ?? from, isDeep: asked.deep ?? false, known: own?.held.untold ?? untold };
  const { verdict: met, foundBefore } = joined.isCancelled ? { verdict: joined, foundBefore: null } : withUntold(joined, untold, look);
  const verdict = { ...met, views: viewsOf(met) };
  await addToFindingsFile(
    runId,
    verdict.findings.filter((one) => !walked.findings.includes(one)),
  );
  const news = foundOf({ origin: trail.origin, runId, isCheck: false, asked }, verdict);
  if (news) keepNotes(trail.origin, verdict.notes);
  const kept = news && keepFound(news); // before the event: whoever reads that finds the file too
  const ended = await finishVerification({
    trailId,
    origin: trail.origin,
    runId,
    asked,
    scheduled: own?.asked ?? null,
    verdict,
    ...(await partsOf(verdict)),
    foundBefore,
    isStateLeftOut,
    runsLeftOut,
    resumed: part && { at: part.size, run: part.run, checkedAt: nowText(part.at) },
    anew: taken && !taken.ok ? taken.reason : null,
    addFindings,
    complete,
  });
  if (!verdict.isCancelled) forgetProven(runId);
  if (kept !== null && ended.event !== null) noteFoundEvent(kept, ended.event.seq);
  // what a row alone says, whoever rules the rows can take back; and of what was found no event is enough
  const isKept = news === null || kept !== null;
  const isTold = ended.event !== null || ended.act !== undefined;
  if (isTold && isKept) found?.forget();
  if (isTold && isKept && !verdict.isCancelled) forgetUntold(untold, look);
  const looked = { from: verdict.from, isToEnd: isToEnd(asked, verdict), isResumed: part !== null, isDeep: asked.deep ?? false, isStateLeftOut };
  if (ended.event !== null && isKept) forgetFound(standing.filter((one) => looksForAll(looked, one)));
  return ended;
}

/** Filters to be asked again, those too that were met by a run which was stopped and had not told them. */
const viewsOf = ({ views, findings }: Verdict): Filter[] =>
  drawnFirst([...new Map([...views, ...viewFiltersOf(findings)].map((one) => [JSON.stringify(one), one])).values()]);

const isToEnd = (asked: VerifyParams, { state, isCancelled }: Verdict): boolean =>
  asked.to === undefined && !isBrought(asked) && !isCancelled && state !== 'not_covered';
