import { PageFrame } from '@/app/_shell/page-frame';
import { Skeleton, SkeletonPage } from '@/components/ui/skeleton';
import { LargeStrip } from './large-strip';

export default function Loading() {
  return (
    <PageFrame title="Integrity">
      <SkeletonPage label="Loading integrity" chart={false} facts={5}>
        <p className="mb-4">
          <Skeleton width={420} />
        </p>
        <LargeStrip />
      </SkeletonPage>
    </PageFrame>
  );
}
