import { SectionHead } from '@/components/ui/section-head';
import { formatCount } from '@/lib/format';

export type ShownReject = { n: number; file: string; line: number; reason: string };

type Props = {
  rejects: ShownReject[];
  total: number /** where all of them are, when they are more than the table keeps */;
  file: string | null;
  isRunning: boolean;
};

/** What an import refused, each with its place and why: nothing is dropped in silence. */
export function RejectTable({ rejects, total, file, isRunning }: Props) {
  const isPart = rejects.length < total;
  const note = isRunning
    ? 'listed here when the import has ended'
    : isPart
      ? `${formatCount(rejects.length)} of ${formatCount(total)} shown`
      : formatCount(total);
  return (
    <section aria-labelledby="rejects" className="mt-7">
      <SectionHead id="rejects" title="Rejects" note={note} />
      {rejects.length > 0 && (
        <div className="ledger-box">
          <table className="ledger tight cols-fixed">
            <thead>
              <tr>
                <th scope="col" className="w-[32%]">
                  File
                </th>
                <th scope="col" className="num w-24" title="The number of the record in a JSON file">
                  Line
                </th>
                <th scope="col">Reason</th>
              </tr>
            </thead>
            <tbody>
              {rejects.map((reject) => (
                <tr key={reject.n}>
                  <td title={reject.file}>{reject.file}</td>
                  <td className="num">{formatCount(reject.line)}</td>
                  <td className="!whitespace-normal break-words">{reject.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {file && (
        <p className="mt-2 text-xs text-ink-2">
          All of them, one a line: <span className="mono">{file}</span> on the server.
        </p>
      )}
    </section>
  );
}
