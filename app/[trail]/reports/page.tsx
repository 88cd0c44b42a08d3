import type { Metadata } from 'next';
import { Verdict } from '@/components/ui/verdict';
import { requireTrail } from '@/features/access/loaders';
import { ReportList } from '@/features/reports/components/report-list';
import { PageFrame } from '../../_shell/page-frame';

export const metadata: Metadata = { title: 'Reports' };

export default async function ReportsPage({ params }: { params: Promise<{ trail: string }> }) {
  const { trail } = await requireTrail((await params).trail);
  return (
    <PageFrame title="Reports">
      <Verdict lead="Each says which logic it follows, whether its figures add up, and how far its events are verified.">
        Two questions an auditor asks first, answered from the trail.
      </Verdict>
      <ReportList alias={trail.alias} />
    </PageFrame>
  );
}
