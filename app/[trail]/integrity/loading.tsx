import { PageFrame } from '@/app/_shell/page-frame';
import { SkeletonPage } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <PageFrame title="Integrity">
      <SkeletonPage label="Loading integrity" chart={false} />
    </PageFrame>
  );
}
