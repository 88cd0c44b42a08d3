import { SectionHead } from '@/components/ui/section-head';
import { formatCount } from '@/lib/format';
import { LOOKED_FOR } from '../finding-texts';
import { lookedAt, type Reach } from '../looked-at';

type Props = {
  counts: Record<string, number>;
  /** Of the product's own trail, `<host>/indelible`. */
  isOwn: boolean;
  run: number;
  /** Where it begins. */
  from: number;
  /** How far it looked; null while it works. */
  reach: Reach | null;
  children?: React.ReactNode;
};

/** What a run looks for, and what of it it has met: "none so far" is not "none", and some is told only when it is through. */
export function CanFind({ counts, isOwn, run, from, reach, children }: Props) {
  return (
    <section aria-labelledby="can-find">
      <SectionHead id="can-find" title={reach ? 'What this run looked for' : 'What this run can find'} note={`run ${run}`} />
      <table className="ledger">
        <caption className="sr-only">What a verification looks for, and how often it was found</caption>
        <tbody>
          {LOOKED_FOR.filter(({ ofOwn }) => isOwn || !ofOwn).map(({ label, codes, atEnd }) => {
            const count = codes.reduce((sum, code) => sum + (counts[code] ?? 0), 0);
            return (
              <tr key={label}>
                <th scope="row" className="!font-normal">
                  {label}
                </th>
                <td className={`num !whitespace-normal ${count > 0 ? '!text-denied font-[560]' : 'text-ink-2'}`}>
                  {count > 0 ? (
                    formatCount(count)
                  ) : reach ? (
                    lookedAt(codes[0] as string, reach)
                  ) : codes.includes('HEAD_CUT') && from > 0 ? (
                    <span className="text-ink-3">not looked at</span>
                  ) : atEnd ? (
                    <span className="text-ink-3">told at the end</span>
                  ) : (
                    'none so far'
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {children && <p className="mt-2 text-xs text-ink-2">{children}</p>}
    </section>
  );
}
