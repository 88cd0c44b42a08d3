// The run of an incident file. Pure.
import { isDeepStrictEqual } from 'node:util';
import { keyHashOf, parseVkey } from '@/core/vkey';
import type { IncidentRun } from './incident';
import { missingRows } from './missing-rows';
import type { PastCheck } from './past-check';
import { type PastRun, startedText } from './past-run';
import { resourceName } from './resource-words';
import type { VerifyResult } from './schema';

/** @param rows of its findings that are there */
export const verificationOf = (run: PastRun, verdict: VerifyResult, rows: number): IncidentRun => ({
  runId: run.runId,
  finishedAt: run.finishedAt,
  started: startedText(run),
  what: `events [${verdict.from},${verdict.to})`,
  ...{ state: verdict.state, findings: verdict.findings, sealedTo: verdict.sealedTo },
  missing: missingRows(run, verdict.findings, rows)?.text ?? null,
  given: givenOf(run, verdict),
  notes: run.asked.notes ?? [],
});

/** Which keys were given is written in the row alone: of a run that the trail tells of it is believed as far as the event names the hash of each. */
function givenOf({ asked: { vkeys }, telling }: PastRun, { keyHashes }: VerifyResult): IncidentRun['given'] {
  if (vkeys === undefined) return null;
  if (telling === 'untold') return { texts: vkeys, isTold: false };
  const isTold =
    vkeys.length > 0 &&
    isDeepStrictEqual(
      vkeys.map((text) => {
        const vkey = parseVkey(text);
        return vkey && keyHashOf(vkey);
      }),
      keyHashes,
    );
  return { texts: isTold ? vkeys : [], isTold };
}

export const checkOf = (run: PastCheck, { checked, state, findings }: NonNullable<PastCheck['result']>, rows: number): IncidentRun => ({
  runId: run.runId,
  finishedAt: run.finishedAt,
  started: startedText(run),
  what: `${run.telling === 'told' ? `${checked} event${checked === 1 ? '' : 's'}` : 'the events'} of ${resourceName(run.asked)}`,
  ...{ state, findings, sealedTo: 0 },
  missing: missingRows(run, findings, rows)?.text ?? null,
  given: run.asked.vkeys ? { texts: [], isTold: false } : null, // its event says that some were, and not which
  notes: [],
});
