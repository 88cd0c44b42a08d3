import { PageFrame } from '@/app/_shell/page-frame';
import { SkeletonPage } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <PageFrame title="Resources" period={{ standard: '-30d' }}>
      <SkeletonPage label="Loading resources" chart={false} />
    </PageFrame>
  );
}
