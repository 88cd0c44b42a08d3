import Link from 'next/link';
import { SectionHead } from '@/components/ui/section-head';
import { Code } from '@/components/ui/tag';
import { FINDINGS_KEPT } from '@/core/finding';
import { formatCount } from '@/lib/format';
import type { ShownFinding } from '../finding-model';
import { findingText, type Severity } from '../finding-texts';

type Props = {
  shown: ShownFinding[];
  /** What the texts look at, to tell what follows from what. */
  all: ShownFinding[];
  /** How many were found, whatever is listed. */
  total: number;
  page: number;
  pageSize: number;
  selected: number | null;
  hrefOf: (finding: number) => string;
  pageHref: (page: number) => string;
  fileHref: string;
};

const tones: Record<Severity, string> = { critical: 'text-denied', warning: 'text-failure', follows: 'text-failure' };

/** The findings in the order met: code, what happened, where, how grave. */
export function FindingsList({ shown, all, total, page, pageSize, selected, hrefOf, pageHref, fileHref }: Props) {
  const kept = all.length;
  const last = Math.ceil(kept / pageSize) - 1;
  const areInFile = total > FINDINGS_KEPT;
  return (
    <section aria-labelledby="findings">
      <SectionHead
        id="findings"
        title="Findings"
        note={
          areInFile
            ? `${formatCount(kept)} of ${formatCount(total)} shown, all in the file`
            : `${formatCount(Math.min(kept, total))} of ${formatCount(total)}${kept < total ? '' : ', none cut off'}`
        }
        end={<span className="text-ink-3">severity</span>}
      />
      <ul>
        {shown.map((finding) => {
          const text = findingText(finding, all);
          const isSelected = finding.n === selected;
          return (
            <li key={finding.n}>
              <Link
                href={hrefOf(finding.n)}
                scroll={false}
                aria-current={isSelected ? 'true' : undefined}
                className="-ml-3.5 block border-b border-line py-2.5 pr-3 pl-3.5 hover:bg-hover aria-[current=true]:bg-accent-soft aria-[current=true]:shadow-[inset_2px_0_0_var(--accent)]"
              >
                <span className="flex items-baseline justify-between gap-2">
                  <Code tone={finding.code === 'KEY_ROTATED' ? 'plain' : 'broken'}>{finding.code}</Code>
                  <span className={`text-xs font-[550] ${tones[text.severity]}`}>{text.severity}</span>
                </span>
                <span className="mt-1 block font-[550]">{text.title}</span>
                <span className="block text-xs text-ink-2">{text.where}</span>
              </Link>
            </li>
          );
        })}
      </ul>
      <p className="no-print mt-3 flex flex-wrap gap-x-4 gap-y-1 text-xs">
        {page > 0 && (
          <Link className="link" href={pageHref(page - 1)}>
            Earlier {pageSize}
          </Link>
        )}
        {page < last && (
          <Link className="link" href={pageHref(page + 1)}>
            Next {formatCount(Math.min(pageSize, kept - (page + 1) * pageSize))}
          </Link>
        )}
        {last > 0 && (
          <span className="text-ink-3">
            {formatCount(page * pageSize + 1)} to {formatCount(Math.min(kept, (page + 1) * pageSize))} of {formatCount(kept)}
          </span>
        )}
        <a className="link" href={fileHref} download>
          {total === 1 ? 'The finding' : kept < total && !areInFile ? `The ${formatCount(kept)} listed` : `All ${formatCount(total)}`} as JSON Lines
        </a>
      </p>
    </section>
  );
}
