import { PageFrame } from '@/app/_shell/page-frame';
import { SkeletonPage } from '@/components/ui/skeleton';
import { standardPeriod } from '@/features/reports/schema';

export default function Loading() {
  return (
    <PageFrame title="Privileged actions" period={{ standard: standardPeriod.privileged }}>
      <SkeletonPage label="Loading the report" />
    </PageFrame>
  );
}
