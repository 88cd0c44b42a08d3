// The run of an incident file. Pure.
import type { IncidentRun } from './incident';
import type { PastCheck } from './past-check';
import type { PastRun } from './past-run';
import { resourceName } from './resource-words';
import type { VerifyResult } from './schema';

export const verificationOf = ({ runId, finishedAt, by, schedule, asked }: PastRun, { from, to, state, findings, sealedTo }: VerifyResult): IncidentRun => ({
  runId,
  finishedAt,
  by: schedule ? `schedule, ${by}` : by,
  what: `events [${from},${to})`,
  ...{ state, findings, sealedTo },
  vkeys: asked.vkeys ?? null,
  notes: asked.notes ?? [],
});

export const checkOf = ({ runId, finishedAt, by, asked }: PastCheck, { checked, state, findings }: NonNullable<PastCheck['result']>): IncidentRun => ({
  runId,
  finishedAt,
  by,
  what: `${checked} event${checked === 1 ? '' : 's'} of ${resourceName(asked)}`,
  ...{ state, findings, sealedTo: 0 },
  vkeys: null,
  notes: [],
});
