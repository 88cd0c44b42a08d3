import type { Metadata } from 'next';
import { requireTrail } from '@/features/access/loaders';
import { ReportList } from '@/features/reports/components/report-list';
import { PageFrame } from '../../_shell/page-frame';

export const metadata: Metadata = { title: 'Reports' };

export default async function ReportsPage({ params }: { params: Promise<{ trail: string }> }) {
  const { trail } = await requireTrail((await params).trail);
  return (
    <PageFrame title="Reports">
      <ReportList alias={trail.alias} />
    </PageFrame>
  );
}
