import { PageFrame } from '@/app/_shell/page-frame';
import { SkeletonPage } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <PageFrame title="Events" period={{ standard: '-30d' }}>
      <SkeletonPage label="Loading events" chart={true} />
    </PageFrame>
  );
}
