import { PageFrame } from '@/app/_shell/page-frame';
import { SkeletonPage } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <PageFrame title="Event">
      <SkeletonPage label="Loading the event" chart={false} />
    </PageFrame>
  );
}
