import 'server-only';
import { canBeOfCaller, type Finding } from '@/core/finding';
import type { FoundRun } from '@/features/trail/found-file';
import { nowText } from '@/lib/time';
import { areKeysOurs, isBrought } from './our-keys';
import type { Verdict } from './run';
import type { VerifyParams } from './schema';

type Run = { origin: string; runId: number; isCheck: boolean; asked: Pick<VerifyParams, 'deep' | 'vkeys' | 'notes' | 'schedule'> };
type Broken = Pick<Verdict, 'state' | 'from' | 'to' | 'views'> & { counts: Readonly<Record<string, number>>; findings: readonly Finding[] };

/** What a verdict leaves beside the database until it is made good; null where nothing was found, or only what may lie in what a caller brought. */
export function foundOf({ origin, runId, isCheck, asked }: Run, { state, from, to, counts, findings, views }: Broken): FoundRun | null {
  if (state !== 'broken' || (isBrought(asked) && canBeOfCaller(counts, areKeysOurs(origin, asked)))) return null;
  const said = { origin, runId, isCheck, schedule: asked.schedule ?? null, at: nowText(), seq: null, isDeep: asked.deep ?? false, from, to, views };
  return { ...said, counts: { ...counts }, findings: findings.map(({ seq, code, expected, found }) => ({ seq, code, expected, found })) };
}
