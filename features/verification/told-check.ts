import { z } from 'zod';
import type { OwnEvent } from './queries/own-events';
import { type ShownResult, viewState } from './resource-schema';
import { verdictState } from './schema';

const number = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const yes = z.literal(true).optional();
const members = z.object({
  ...{ trail: z.string(), type: z.string(), id: z.string(), checked: number, proven: number, unsealed: number },
  ...{ size: number.optional(), root: z.string().optional(), counts: z.record(z.string(), number), state: verdictState },
  ...{ deep: yes, cancelled: yes, keys_given: yes, keys_ours: yes, waited: yes, unconfirmed: yes },
  // not in an event of an older version
  ...{ unproven: number.optional(), first: number.optional(), last: number.optional(), outside: z.boolean().optional() },
  ...{ sealed_values: z.object({ sealed: number, erased: number }).optional(), view: viewState.optional() },
});

/** What `resource.verified` says of its run. */
export type ToldCheck = {
  runId: number;
  telling: 'told' | 'waits';
  /** When it was told; where that had to wait, when it was found. */
  at: string;
  asked: { type: string; id: string; deep?: true };
  isKeysGiven: boolean;
  isCancelled: boolean;
  /** It waited, and no run of the database bore it out when it was told. */
  isUnconfirmed: boolean;
  /** All but how long it took and how many findings the database keeps, which its row alone has. */
  result: Omit<ShownResult, 'eventsMs' | 'tookMs' | 'kept'>;
};

/** Pure. Null: it is of another trail, no event of ours, or was told later of a run that no row bore out, and says nothing found. */
export function toldCheck(origin: string, { row, by, trail }: Pick<OwnEvent, 'by' | 'trail'> & { row: Told }): ToldCheck | null {
  const { data } = members.safeParse(JSON.parse(row.details));
  if (!data || data.trail !== origin || (data.unconfirmed && data.state !== 'broken')) return null;
  const { type, id, checked, proven, unsealed, counts, state, first, last } = data;
  return {
    runId: Number(row.resourceId),
    telling: by === 'nobody yet' ? 'waits' : 'told',
    at: data.waited && row.occurredAt < row.recordedAt ? row.occurredAt : row.recordedAt,
    asked: { type, id, ...(data.deep ? { deep: true } : {}) },
    isKeysGiven: data.keys_given === true,
    isCancelled: data.cancelled === true,
    isUnconfirmed: data.unconfirmed === true,
    result: {
      ...{ checked, proven, unsealed, counts, state, size: data.size ?? 0, root: data.root ?? null },
      ...{ unproven: data.unproven ?? null, firstSeq: first ?? null, lastSeq: last ?? null, isOutside: data.outside ?? null },
      ...{ sealedValues: data.sealed_values ?? null, view: data.view ?? null },
      findings: Object.values(counts).reduce((sum, n) => sum + n, 0),
      ...{ event: { seq: row.seq, trail }, notRecorded: null },
      ...(data.keys_ours ? { keysOurs: true } : {}),
    },
  };
}

type Told = { seq: number; resourceId: string; details: string; recordedAt: string; occurredAt: string };
