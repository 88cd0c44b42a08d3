import { PageFrame } from '@/app/_shell/page-frame';
import { Skeleton, SkeletonPage } from '@/components/ui/skeleton';
import { LargeStrip } from '../../large-strip';

export default function Loading() {
  return (
    <PageFrame title="Run">
      <SkeletonPage label="Loading the run" chart={false} facts={5}>
        <p className="mb-4">
          <Skeleton width={420} />
        </p>
        <LargeStrip />
      </SkeletonPage>
    </PageFrame>
  );
}
