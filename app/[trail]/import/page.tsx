import type { Metadata } from 'next';
import { PageFrame } from '@/app/_shell/page-frame';
import { Verdict } from '@/components/ui/verdict';
import { requireTrail } from '@/features/access/loaders';
import { AboutImport } from '@/features/capture/components/about-import';
import { ImportForm } from '@/features/capture/components/import-form';
import { ImportHistory } from '@/features/capture/components/import-history';
import { NewTrailForm } from '@/features/capture/components/new-trail-form';
import { type ClosedTrail, closedToImports } from '@/features/capture/import/closed-trail';
import { importedSoFar, pastImport } from '@/features/capture/import/history';
import { loadRun, loadRuns } from '@/features/runs/loaders';
import { hasEnded } from '@/features/runs/schema';
import { ImportLive } from './import-live';

export const metadata: Metadata = { title: 'Import' };

type Props = { params: Promise<{ trail: string }>; searchParams: Promise<{ run?: string | string[] }> };

export default async function ImportPage({ params, searchParams }: Props) {
  const { session, trail } = await requireTrail(decodeURIComponent((await params).trail));
  const { alias } = trail;
  const mayImport = session.role !== 'auditor';
  const closed = closedToImports(trail);
  if (closed) return <ClosedImport alias={alias} why={closed.code} host={trail.origin.slice(0, trail.origin.lastIndexOf('/'))} mayMake={mayImport} />;
  const runs = await loadRuns(alias, ['import']);
  const asked = [(await searchParams).run].flat()[0];
  const open = runs.find((run) => !hasEnded(run.state));
  const shown = asked || open ? await loadRun(alias, asked ?? String(open?.runId)) : null;
  const isImport = shown?.run.kind === 'import';
  return (
    <PageFrame title="Import">
      {isImport && (
        <div className="mb-9">
          <ImportLive key={shown.run.runId} alias={alias} first={shown.message} rejects={shown.rejects} mayStop={mayImport} />
        </div>
      )}
      {!isImport && (
        <Verdict
          lead={
            [asked && `There is no import ${asked} in this trail; its number may belong to another.`, !mayImport && LOOKS_ON].filter(Boolean).join(' ') ||
            undefined
          }
        >
          {importedSoFar(alias, runs)}
        </Verdict>
      )}
      <div className="grid gap-x-9 gap-y-8 full:grid-cols-[minmax(0,1fr)_292px]">
        {mayImport && <ImportForm alias={alias} />}
        <AboutImport alias={alias} />
      </div>
      <div className="mt-9">
        <ImportHistory alias={alias} imports={runs.map(pastImport)} />
      </div>
    </PageFrame>
  );
}

const LOOKS_ON = 'An auditor looks on; an officer or administrator can import.';

type Closed = { alias: string; why: ClosedTrail['code']; host: string; mayMake: boolean };

const WHY_CLOSED: Record<Closed['why'], { verdict: string; lead: (alias: string) => string }> = {
  IMPORT_SYNTHETIC: {
    verdict: 'This trail holds synthetic data, so nothing is imported into it.',
    lead: (alias) => `Event 0 of ${alias} says so, and an auditor will read it there. Real logs need a trail of their own, with a key of its own.`,
  },
  IMPORT_OWN: {
    verdict: 'This trail holds what is done in the product itself, so nothing is imported into it.',
    lead: () => 'Sign-ins, exports, verifications and settings are written here by the product alone. Other logs go to main, or to a trail of their own.',
  },
};

/** What must not be mixed: a trail of their own is one field away. */
function ClosedImport({ alias, why, host, mayMake }: Closed) {
  const { verdict, lead } = WHY_CLOSED[why];
  return (
    <PageFrame title="Import">
      <Verdict lead={`${lead(alias)}${mayMake ? '' : ` ${LOOKS_ON}`}`}>{verdict}</Verdict>
      {mayMake && <NewTrailForm host={host} suggestion="real" />}
    </PageFrame>
  );
}
