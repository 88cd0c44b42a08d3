import Link from 'next/link';
import { RowKeys } from '@/components/ui/row-keys';
import { SectionHead } from '@/components/ui/section-head';
import { Time } from '@/components/ui/time';
import { formatCount } from '@/lib/format';

export type PastImport = {
  run: number;
  startedAt: string | null;
  by: string;
  format: string;
  source: string;
  files: number;
  counts: Record<string, number>;
  state: string;
};

/** The imports of this trail, newest first. */
export function ImportHistory({ alias, imports }: { alias: string; imports: PastImport[] }) {
  if (imports.length === 0) return null;
  return (
    <section aria-labelledby="history">
      <SectionHead id="history" title="Imports" note={formatCount(imports.length)} />
      <RowKeys label="import">
        <table className="ledger">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Started</th>
              <th scope="col">By</th>
              <th scope="col">Source</th>
              <th scope="col" className="num">
                Files
              </th>
              <th scope="col" className="num">
                New
              </th>
              <th scope="col" className="num">
                Known
              </th>
              <th scope="col" className="num">
                Rejected
              </th>
              <th scope="col" className="!pl-4">
                Result
              </th>
            </tr>
          </thead>
          <tbody>
            {imports.map((one) => (
              <tr key={one.run} data-href tabIndex={-1}>
                <td>
                  <Link data-row-link href={`/${alias}/import?run=${one.run}`} className="link">
                    {one.run}
                  </Link>
                </td>
                <td>{one.startedAt ? <Time at={one.startedAt} format="datetime" /> : '–'}</td>
                <td>{one.by}</td>
                <td title={one.format}>{one.source}</td>
                <td className="num">{formatCount(one.files)}</td>
                <td className="num">{formatCount(one.counts.appended ?? 0)}</td>
                <td className="num">{formatCount(one.counts.duplicates ?? 0)}</td>
                <td className="num">{formatCount(one.counts.rejected ?? 0)}</td>
                <td className="!pl-4">{one.state}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </RowKeys>
    </section>
  );
}
