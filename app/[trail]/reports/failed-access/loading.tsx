import { PageFrame } from '@/app/_shell/page-frame';
import { SkeletonPage } from '@/components/ui/skeleton';
import { standardPeriod } from '@/features/reports/schema';

export default function Loading() {
  return (
    <PageFrame title="Failed access" period={{ standard: standardPeriod.failedAccess }}>
      <SkeletonPage label="Loading the report" />
    </PageFrame>
  );
}
