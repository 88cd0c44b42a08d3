import Link from 'next/link';
import { formatCount } from '@/lib/format';
import type { BarRow, Series } from './bars-model';

/** The figures of a chart as a table, in place of it. Its foot is the sum, so that chart, table and query can be compared. */
export function ChartTable({ label, rowHead, rows, series }: { label: string; rowHead: string; rows: BarRow[]; series: Series[] }) {
  const sum = (key: string) => rows.reduce((n, row) => n + (row.values[key] ?? 0), 0);
  const total = (row: BarRow) => series.reduce((n, s) => n + (row.values[s.key] ?? 0), 0);
  const all = series.reduce((n, s) => n + sum(s.key), 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className="max-h-[300px] overflow-auto print:max-h-none">
      <table className="ledger tight [&_thead_th]:sticky [&_thead_th]:top-0 [&_thead_th]:bg-paper">
        <thead>
          <tr>
            <th scope="col">{rowHead}</th>
            {series.map((s) => (
              <th key={s.key} scope="col" className="num">
                {s.label}
              </th>
            ))}
            {series.length > 1 && (
              <th scope="col" className="num">
                all
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" className="font-normal">
                {row.href ? (
                  <Link href={row.href} prefetch={false} className="link">
                    {row.title}
                  </Link>
                ) : (
                  row.title
                )}
              </th>
              {row.gap === undefined ? (
                <>
                  {series.map((s) => (
                    <td key={s.key} className="num">
                      {formatCount(row.values[s.key] ?? 0)}
                    </td>
                  ))}
                  {series.length > 1 && <td className="num font-[550]">{formatCount(total(row))}</td>}
                </>
              ) : (
                <td colSpan={series.length + (series.length > 1 ? 1 : 0)} className="num text-ink-3">
                  gap{row.gap && `: ${row.gap}`}
                </td>
              )}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All</th>
            {series.map((s) => (
              <td key={s.key} className="num font-[550]">
                {formatCount(sum(s.key))}
              </td>
            ))}
            {series.length > 1 && <td className="num font-[550]">{formatCount(all)}</td>}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
