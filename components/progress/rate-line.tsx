import { formatCount } from '@/lib/format';
import { niceTicks } from '../charts/bars-model';

/** Rates over the time of a run, one a second, as a quiet line with its scale at the corner. `unit`: `/s`. */
export function RateLine({ rates, unit = '/s', width = 300, height = 44 }: { rates: number[]; unit?: string; width?: number; height?: number }) {
  const top = niceTicks(Math.max(1, ...rates)).at(-1) as number;
  const step = width / Math.max(1, rates.length - 1);
  const points = rates.map((r, i) => `${(i * step).toFixed(1)} ${(height - (r / top) * (height - 4)).toFixed(1)}`);
  return (
    <figure className="m-0" aria-label={`Rate, up to ${formatCount(top)}${unit}`}>
      <p className="mb-0.5 text-right text-xs text-ink-3">{rates.some((rate) => rate > 0) ? `${formatCount(top)}${unit}` : '\u00a0'}</p>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" width="100%" height={height} aria-hidden="true" className="block">
        {points.length > 1 && <path d={`M0 ${height}L${points.join('L')}L${width} ${height}z`} fill="var(--accent-soft)" />}
        {points.length > 1 && <path d={`M${points.join('L')}`} fill="none" stroke="var(--accent)" strokeWidth="1.4" vectorEffect="non-scaling-stroke" />}
        <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} stroke="var(--line-strong)" vectorEffect="non-scaling-stroke" />
      </svg>
    </figure>
  );
}
