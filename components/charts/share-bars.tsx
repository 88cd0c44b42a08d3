import Link from 'next/link';
import { formatCount } from '@/lib/format';

export type ShareBar = { key: string; label: string; value: number /** the part drawn darker, at the left */; marked?: number; href?: string };

/** Categories by size: word, bar, figure. `marked` sets one part apart, said in words by the caller. */
export function ShareBars({ bars, label }: { bars: ShareBar[]; label: string }) {
  const top = Math.max(1, ...bars.map((b) => b.value));
  return (
    <ul aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.key} className="grid h-[31px] grid-cols-[minmax(0,124px)_1fr_auto] items-center gap-2 border-b border-line">
          <span className="truncate">
            {bar.href ? (
              <Link href={bar.href} prefetch={false} className="hover:underline">
                {bar.label}
              </Link>
            ) : (
              bar.label
            )}
          </span>
          <svg height="12" width="100%" aria-hidden="true" className="block">
            <rect width={`${(bar.value / top) * 100}%`} height="12" fill={bar.marked === undefined ? 'var(--chart-2)' : 'var(--chart-3)'} />
            {bar.marked !== undefined && <rect width={`${(bar.marked / top) * 100}%`} height="12" fill="var(--chart-1)" />}
          </svg>
          <b className="min-w-10 text-right font-[560]">{formatCount(bar.value)}</b>
        </li>
      ))}
    </ul>
  );
}
