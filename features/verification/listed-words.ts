import { formatCount, plural } from '@/lib/format';
import type { VerifyResult } from './schema';

/** What of the checkpoints that the database lists was looked at. Isomorphic. */
export function listedText({ listed, resumed }: Pick<VerifyResult, 'listed' | 'resumed'>): string {
  if (!listed) return resumed ? 'not counted: the run was taken up half-way' : 'not told';
  const { compared, opened, uncompared = 0 } = listed;
  const rest = uncompared === 0 ? '' : `; ${formatCount(uncompared)} not compared, for want of events or of tiles`;
  return `${comparedText(compared, opened)}${rest}`;
}

function comparedText(compared: number, opened: number): string {
  if (compared === 0) return 'none compared';
  const all = `${plural(compared, 'listed one')} compared with the events`;
  if (opened < compared) return `${all}, the signatures of ${formatCount(opened)} verified; a deep verification looks at all`;
  return compared === 1 ? `${all}, its signature verified` : `${all}, the signatures of all verified`;
}
