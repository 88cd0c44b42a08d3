import { PageFrame } from '@/app/_shell/page-frame';
import { SkeletonPage } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <PageFrame title="Evidence">
      <SkeletonPage label="Loading evidence" chart={false} />
    </PageFrame>
  );
}
