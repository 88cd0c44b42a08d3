import { PageFrame } from '@/app/_shell/page-frame';
import { SkeletonPage } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <PageFrame title="Import">
      <SkeletonPage label="Loading import" chart={false} />
    </PageFrame>
  );
}
