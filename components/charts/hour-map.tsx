import Link from 'next/link';
import { formatCount } from '@/lib/format';

export type HourRow = {
  key: string;
  label: string /** 24 figures; null = no such hour that day, or not recorded */;
  hours: (number | null)[];
  href?: (string | null)[];
};

// at most five steps of one ink, by count, so that one event is seen beside three hundred
const steps = [
  { upTo: 1, fill: 'var(--chart-5)', edge: 'var(--chart-edge)' },
  { upTo: 2, fill: 'var(--chart-4)', edge: 'var(--chart-edge)' },
  { upTo: 5, fill: 'var(--chart-3)' },
  { upTo: 31, fill: 'var(--chart-2)' },
  { upTo: Number.POSITIVE_INFINITY, fill: 'var(--chart-1)' },
];
const words = ['1', '2', '3–5', '6–31', 'over 31'];
const stepOf = (n: number) => steps.find((s) => n <= s.upTo) as (typeof steps)[number];

/** Days × hours as a real table: each cell reads out its figure, the darker the more; the key names the steps. */
export function HourMap({ rows, label, unit = 'events' }: { rows: HourRow[]; label: string; unit?: string }) {
  return (
    <div>
      <table className="w-full table-fixed border-separate border-spacing-[2px]" aria-label={label}>
        <thead>
          <tr>
            <td className="w-12" />
            {Array.from({ length: 24 }, (_, h) => (
              <th key={String(h)} scope="col" className="h-4 overflow-visible text-left text-2xs font-normal whitespace-nowrap text-ink-3">
                {h % 3 === 0 ? String(h).padStart(2, '0') : <span className="sr-only">{h}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" className="text-left text-2xs font-normal whitespace-nowrap text-ink-2">
                {row.label}
              </th>
              {row.hours.map((n, h) => (
                <td key={String(h)} className="p-0">
                  <Cell
                    n={n}
                    href={row.href?.[h] ?? undefined}
                    title={n === null ? `${row.label} ${h}:00, gap` : `${row.label} ${h}:00, ${formatCount(n)} ${unit}`}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
        <li>{unit}</li>
        {steps.map((s, i) => (
          <li key={words[i]} className="inline-flex items-center gap-1.5">
            <span className="size-2.5" style={{ background: s.fill, boxShadow: s.edge && `inset 0 0 0 1px ${s.edge}` }} />
            {words[i]}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Cell({ n, href, title }: { n: number | null; href?: string; title: string }) {
  const step = n ? stepOf(n) : null;
  const look = n === null ? 'border border-dashed border-line-control' : 'border border-line';
  const style = step ? { background: step.fill, borderColor: step.edge ?? step.fill } : undefined;
  const body = <span className="sr-only">{n === null ? 'gap' : n}</span>;
  return href && n ? (
    <Link href={href} prefetch={false} title={title} className={`block h-[22px] ${look}`} style={style}>
      {body}
    </Link>
  ) : (
    <span title={title} className={`block h-[22px] ${look}`} style={style}>
      {body}
    </span>
  );
}
