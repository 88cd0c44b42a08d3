import 'server-only';
import { cache } from 'react';
import { FINDINGS_KEPT } from '@/core/finding';
import { sha256 } from '@/core/sha256';
import { vkeyWords } from '@/core/vkey-words';
import type { TrailId } from '@/db/scope';
import { findAccess, loadSession, requireTrail, requireTrails } from '@/features/access/loaders';
import { listTrails } from '@/features/access/queries';
import { runMessageOf } from '@/features/runs/message';
import { getRun, getRunAlias, type ShownRun } from '@/features/runs/queries';
import { runNumber } from '@/features/runs/schema';
import { getCheckpoint } from '@/features/sealing/prove';
import { signedAtMs } from '@/features/trail/guard-file';
import { listStrayTrails } from '@/features/trail/lost-trails';
import { recordActNow } from '@/features/trail/mutations/record-act';
import { hasOwnerLogin } from '@/features/trail/protection';
import { getEpochs } from '@/features/trail/queries/get-epochs';
import { env } from '@/lib/env';
import { AppError } from '@/lib/errors';
import { nowText } from '@/lib/time';
import { readFindingPage, type WantedFinding } from './finding-page';
import { readFindingsFile } from './findings-file';
import { gatherIncident } from './gather-incident';
import { incidentFileName, incidentText } from './incident-file';
import { checkOf, verificationOf } from './incident-run';
import { fileMissing, findingLines, missingRows } from './missing-rows';
import type { PastRun } from './past-run';
import { readProven } from './proven-file';
import { getLogKey } from './queries/log-key';
import { listPastChecks } from './queries/past-checks';
import { getPastRun, listPastRuns } from './queries/past-runs';
import { readAnchors } from './read-anchors';
import { loadResourceCheck } from './resource-loaders';
import { listTroubles } from './schedule/list-troubles';
import { scheduleText } from './schedule/schedule-text';
import { foreignKey, type Troubles } from './schedule/trouble';
import { verifyParams } from './schema';
import type { ShownCheckpoint } from './shown-checkpoint';

const RUNS_SHOWN = 50;

/** What Integrity shows beside the coverage, which the frame has: the runs, newest first, the key, and what the roles are worth. */
export const loadIntegrity = cache(async (alias: string) => {
  const { session, trail, scope } = await requireTrail(alias);
  const [runs, checks, key, epochs, isOneLogin] = await Promise.all([
    listPastRuns(trail, { limit: RUNS_SHOWN }),
    listPastChecks(trail, RUNS_SHOWN),
    getLogKey(trail.trailId),
    getEpochs(scope, trail),
    hasOwnerLogin(),
  ]);
  return {
    mayCancel: session.role !== 'auditor',
    runs,
    areAllRuns: runs.length < RUNS_SHOWN && checks.length < RUNS_SHOWN,
    schedule: scheduleText(env().INDELIBLE_VERIFY_WINDOW, env().INDELIBLE_VERIFY_EVENTS),
    checks,
    key: { ...key, words: vkeyWords(key.vkey), before: key.before.map((one) => ({ ...one, words: vkeyWords(one.vkey) })) },
    epochs,
    checkpoint: await newestCheckpoint(trail),
    anchors: readAnchors(trail.origin),
    hasOwnerLogin: isOneLogin,
  };
});

/** The newest that was signed, with its signature checked here, or why there is none to show. */
async function newestCheckpoint(trail: { trailId: TrailId; origin: string }): Promise<ShownCheckpoint> {
  try {
    const { size, root, note } = await getCheckpoint(trail);
    const signed = signedAtMs(trail.origin);
    return { ok: true, size, root: root.toString('hex'), note, signedAt: signed === null ? null : nowText(signed) };
  } catch (cause) {
    if (cause instanceof AppError) return { ok: false, code: cause.code, hint: cause.hint ?? '' };
    throw cause;
  }
}

/** A verification with a page of its findings, and the one that is looked at with the rows it is about. Null when this trail has no such run, nor tells of one. */
export const loadVerification = cache(async (alias: string, runText: string, wanted: WantedFinding = {}) => {
  const { trail, scope, session } = await requireTrail(alias);
  const runId = runNumber.safeParse(runText);
  const row = runId.success ? await getRun(trail.trailId, runId.data) : null;
  if (!runId.success || (row !== null && row.kind !== 'verify')) return null;
  const run = await getPastRun(trail, runId.data, row);
  if (!run) return null;
  const findings = await readFindingPage(trail, scope, run.runId, wanted);
  const older = await listPastRuns(trail, { limit: RUNS_SHOWN, before: run.runId });
  const before = older.find((one) => isCleanAt(one, findings.selected?.seq ?? 0)) ?? null;
  return {
    run,
    message: row && runMessageOf(row),
    result: run.verdict,
    missing: run.verdict && missingRows(run, run.verdict.findings, findings.findings.length),
    ...findings,
    cleanBefore: before,
    mayCancel: session.role !== 'auditor',
    resumesAt: session.role === 'auditor' || row === null ? null : resumesAt(row),
  };
});

/** Where a run that was stopped can be taken up: the events below need not be read again. From its beginning where only that is left; null where it cannot. */
function resumesAt({ runId, state, params }: ShownRun): number | null {
  const from = verifyParams.safeParse(params).data?.from ?? 0;
  if (state === 'interrupted') return readProven(runId)?.size ?? from;
  return state === 'cancelled' || state === 'failed' ? (readProven(runId)?.size ?? null) : null;
}

type Findings = { ok: true; runId: number; body: ReadableStream<Uint8Array> | string } | { ok: false; status: 401 | 404 };

/** For the route that hands all findings out: who may not see the run learns so before the first byte. */
export async function openFindings(runText: string): Promise<Findings> {
  const runId = runNumber.safeParse(runText);
  const alias = runId.success ? await getRunAlias(runId.data) : null;
  const access = await findAccess(alias ?? '');
  if (access === 'signed out') return { ok: false, status: 401 };
  if (access === 'no such trail' || !runId.success) return { ok: false, status: 404 };
  // of a run that judged nothing, no findings would read as a clean bill
  const loaded = (await loadVerification(access.trail.alias, runText)) ?? (await loadResourceCheck(access.trail.alias, runText));
  if (!loaded) return { ok: false, status: 404 };
  const counted = ('result' in loaded ? loaded.result : loaded.run.result)?.findings ?? null;
  const file = counted === null || counted > FINDINGS_KEPT ? await readFindingsFile(runId.data) : null;
  if (file === null && counted === null && loaded.findings.length === 0) return { ok: false, status: 404 };
  return {
    ok: true,
    runId: runId.data,
    body: file ?? findingLines(loaded.findings, counted !== null && counted > FINDINGS_KEPT ? fileMissing(counted) : loaded.missing),
  };
}

/** Whether a run looked at this event and found nothing at all. */
const isCleanAt = ({ isClean, verdict }: PastRun, seq: number) => isClean && verdict !== null && verdict.from <= seq && seq < verdict.to;

type IncidentDownload = { ok: true; fileName: string; text: string } | { ok: false; status: number; code: string; hint: string };

/** For the route that hands an incident file out, which leaves the house with the event in it: `incident.downloaded` is recorded before the first byte. */
export async function openIncident(
  runText: string,
  askedFinding: string | null,
  who: { ip: string | null; userAgent: string | null },
): Promise<IncidentDownload> {
  const runId = runNumber.safeParse(runText);
  const access = await findAccess((runId.success && (await getRunAlias(runId.data))) || '');
  if (access === 'signed out') return { ok: false, status: 401, code: 'SIGNED_OUT', hint: 'sign in first' };
  const n = askedFinding === null ? 0 : Number(askedFinding);
  const loaded = typeof access === 'string' || !Number.isSafeInteger(n) || n < 0 ? null : await loadForIncident(access.trail.alias, runText, n);
  if (typeof access === 'string' || loaded?.selected?.n !== n)
    return { ok: false, status: 404, code: 'FINDING_UNKNOWN', hint: loaded?.run.missing ?? 'there is no such finding' };
  const { session, trail } = access;
  const { run, selected, ...found } = loaded;
  try {
    const incident = await gatherIncident(trail, run, { selected, ...found });
    const text = incidentText(incident);
    await recordActNow({
      action: 'incident.downloaded',
      actor: { userId: session.userId, isAdmin: session.role === 'admin' },
      resourceType: 'run',
      resourceId: String(run.runId),
      details: { trail: trail.origin, code: selected.code, seq: selected.seq, sha256: sha256(text).toString('hex') },
      ...who,
    });
    return { ok: true, fileName: incidentFileName(incident), text };
  } catch (cause) {
    if (cause instanceof AppError) return { ok: false, status: 409, code: cause.code, hint: cause.hint ?? '' };
    throw cause;
  }
}

/** A verification or the check of a resource that has ended, with the finding that is meant. */
async function loadForIncident(alias: string, runText: string, finding: number) {
  const verification = await loadVerification(alias, runText, { finding });
  if (verification?.result) {
    const { run, result, selected, findings, places, beside } = verification;
    return { run: verificationOf(run, result, findings.length), selected, findings, signedTo: result.signedTo, places, beside };
  }
  const check = await loadResourceCheck(alias, runText, { finding });
  if (!check?.run.result) return null;
  const { run, selected, findings, places, beside } = check;
  return { run: checkOf(run, check.run.result, findings.length), selected, findings, signedTo: undefined, places, beside };
}

/** What is wrong with the verifications of every trail that the reader may see. For a route, which tells a person that he is signed out instead of sending him somewhere. */
export async function findTroubles(): Promise<Troubles | 'signed out'> {
  return (await loadSession()) === null ? 'signed out' : loadTroubles();
}

/** The same for the frame around every page. */
export const loadTroubles = cache(async (): Promise<Troubles> => {
  const allowed = new Set((await requireTrails()).map(({ trail }) => trail.trailId));
  const trails = (await listTrails()).filter(({ trailId }) => allowed.has(trailId));
  const found = await listTroubles(trails);
  const { gone, foreign } = await listStrayTrails();
  return Object.fromEntries([
    ...found.filter(([, troubles]) => troubles.length > 0),
    ...gone.map(({ alias, events, row, next }) => [alias, [{ kind: 'gone', run: null, events, row, next }]] as const),
    ...foreign.map((row) => [foreignKey(row.origin), [{ kind: 'foreign', run: null, ...row }]] as const),
  ]);
});
