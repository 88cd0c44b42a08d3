import type { FindingCode, FindingCounts } from '@/core/finding';

// None of these says that the rows are not what guard, tiles and checkpoints say, and what would close some of them, an event, waits for the adoption. `TRUNCATED` is judged by the adoption
// itself (adopt-guard.ts), against the head, the index of ids, the guard and every checkpoint: what is left is a row of a run that outlived the events.
const BESIDE: ReadonlySet<string> = new Set<FindingCode>([
  'TRUNCATED',
  'TIME_BACKWARDS',
  'KEY_ROTATED',
  'DISCLOSURE_MISMATCH',
  'ERASURE_UNLOGGED',
  'VIEW_MISMATCH',
  'DERIVED_MISMATCH',
  'COUNT_MISMATCH',
  'STATE_UNLOGGED',
  'SOURCE_GAP',
]);

// The marker names the number that it holds itself, and a row that nobody touched may have it.
const OF_NO_ROW: ReadonlySet<string> = new Set<FindingCode>(['HEAD_FORGED']);

/** Whether this, told of an event that was signed, says that what is there is not what was signed. Pure. */
export const isOfSignedRow = (code: string): boolean => code === 'TRUNCATED' || !(BESIDE.has(code) || OF_NO_ROW.has(code));

/** Whether a history of which this was found may be adopted, and what was found be named. Pure. */
export const isBesideRows = (counts: FindingCounts): boolean => Object.keys(counts).every((code) => BESIDE.has(code));
