import { PageFrame } from '@/app/_shell/page-frame';
import { SkeletonPage } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <PageFrame title="Run">
      <SkeletonPage label="Loading the run" chart={false} />
    </PageFrame>
  );
}
