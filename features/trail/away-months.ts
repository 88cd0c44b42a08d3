import { formatCount, plural } from '@/lib/format';
import type { CoverageMonth } from './shell';

/** `40 archived and 2 disposed of, lawfully`: what months lack, as the runs that verified them told; null where they lack nothing. Pure. */
export function awayWords(months: readonly CoverageMonth[]): string | null {
  const words = kinds(months);
  return words === null ? null : `${words.join(' and ')}, lawfully`;
}

function kinds(months: readonly CoverageMonth[]): string[] | null {
  const sum = (kind: 'archived' | 'disposed') => months.reduce((n, m) => n + (m.away?.[kind] ?? 0), 0);
  const isExact = months.every(({ away }) => away?.isExact ?? true);
  const some = (n: number, what: string) => (n === 0 ? [] : [`${isExact ? '' : 'up to '}${formatCount(n)} ${what}`]);
  const words = [...some(sum('archived'), 'archived'), ...some(sum('disposed'), 'disposed of')];
  return words.length === 0 ? null : words;
}

/** How many months of a trail are archived or disposed of, `2 months, 1 in part`, and how many events, `40 archived, 2 disposed of`; null of none. Pure. */
export function awayFact(months: readonly CoverageMonth[]): { value: string; note: string } | null {
  const note = kinds(months)?.join(', ');
  return note === undefined ? null : { value: monthsText(months), note };
}

function monthsText(months: readonly CoverageMonth[]): string {
  const away = months.filter((month) => month.away);
  const whole = away.filter(({ firstSeq, lastSeq, away }) => away?.isExact && away.archived + away.disposed === lastSeq - firstSeq + 1).length;
  if (whole === 0) return `${plural(away.length, 'month')} in part`;
  return `${plural(whole, 'month')}${away.length > whole ? `, ${formatCount(away.length - whole)} in part` : ''}`;
}
