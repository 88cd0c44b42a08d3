import type { ReactNode } from 'react';
import { FindingDetail } from '@/features/verification/components/finding-detail';
import { FindingsList } from '@/features/verification/components/findings-list';
import { FINDINGS_A_PAGE, type FindingPage } from '@/features/verification/finding-page';

type Props = {
  alias: string;
  run: number;
  result: { findings: number; signedTo?: number | undefined };
  found: FindingPage;
  /** Below the list. */
  children?: ReactNode;
};

/** A page of what a run found beside the finding that is looked at; nothing where there is none. */
export function RunFindings({ alias, run, result, found, children }: Props) {
  const { findings, shown, page, selected, places, beside } = found;
  if (!selected || !places) return null;
  const base = `/${encodeURIComponent(alias)}/integrity/runs/${run}`;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-9 gap-y-8 full:grid-cols-[372px_minmax(0,1fr)]">
      <div className="min-w-0 max-full:contents">
        <FindingsList
          shown={shown}
          all={findings}
          total={result.findings}
          page={page}
          pageSize={FINDINGS_A_PAGE}
          selected={selected.n}
          hrefOf={(n) => `${base}?finding=${n}`}
          pageHref={(to) => `${base}?page=${to}`}
          fileHref={`/api/v1/runs/${run}/findings`}
        />
        {children}
      </div>
      <FindingDetail alias={alias} finding={selected} all={findings} signedTo={result.signedTo} places={places} beside={beside} />
    </div>
  );
}
