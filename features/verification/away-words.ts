import type { Away } from '@/core/absence';
import { countAway } from '@/features/trail/away';
import { formatCount } from '@/lib/format';

/** `40 events are archived and 2 disposed of, lawfully`; null where none is away. Pure. */
export function awayText(away: readonly Away[] | undefined): string | null {
  const [archived, disposed] = [countAway(away, 'archived'), countAway(away, 'disposed')];
  const said = (count: number, what: string) => (count === 0 ? [] : [{ count, text: `${formatCount(count)} ${events(count)} ${what}` }]);
  const [first, second] = [...said(archived, 'archived'), ...said(disposed, 'disposed of')];
  if (!first) return null;
  return `${first.text}${second ? ` and ${formatCount(second.count)} disposed of` : ''}, lawfully`;
}

const events = (count: number) => (count === 1 ? 'event is' : 'events are');

/** Figures are kept of whole blocks alone (core/block-counts.ts). */
export const BLOCK_EVENTS = 65_536;

/** Whether figures are kept, up to `to`, of a whole block of which events are away: those are derived again of no such block. Pure. */
export const hasFiguresLeftOut = (away: readonly Away[] | undefined, to: number): boolean =>
  (away ?? []).some(({ from }) => (Math.floor(from / BLOCK_EVENTS) + 1) * BLOCK_EVENTS <= to);
