import type { MapCell } from '@/components/progress/month-map';
import type { CoverageMonth } from '@/features/trail/shell';
import { formatCount, formatShare } from '@/lib/format';
import { formatMonth } from '@/lib/time';

type Month = Pick<CoverageMonth, 'month' | 'firstSeq' | 'lastSeq' | 'away'>;

/**
 * Which months of `[from,to)` a run has been through that judged every event below `next`. A month of which the newest run that reached it found every event archived, lawfully, has no row
 * to read. Pure, isomorphic.
 */
export function monthCells(months: readonly Month[], from: number, to: number | undefined, next: number): MapCell[] {
  return months
    .filter((m) => m.lastSeq >= from && (to === undefined || m.firstSeq < to))
    .map((m) => {
      const [first, end] = [Math.max(from, m.firstSeq), Math.min(to ?? m.lastSeq + 1, m.lastSeq + 1)];
      const [key, label] = [m.month, formatMonth(m.month)];
      if (isArchived(m)) return { key, label, note: short(end - first), state: 'away' };
      const state = next >= end ? 'done' : next > first ? 'now' : 'waiting';
      const share = (next - first) / (end - first);
      return { key, label, note: state === 'now' ? formatShare(share) : short(end - first), state, share };
    });
}

const isArchived = ({ firstSeq, lastSeq, away }: Month) => away?.isExact === true && away.archived === lastSeq - firstSeq + 1;

const short = (n: number) => (n >= 1_000_000 ? `${(n / 1_000_000).toFixed(2)} M` : formatCount(n));
