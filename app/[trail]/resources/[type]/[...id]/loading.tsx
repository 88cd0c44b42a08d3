import { PageFrame } from '@/app/_shell/page-frame';
import { SkeletonPage } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <PageFrame title="Resource">
      <SkeletonPage label="Loading the resource" chart={false} />
    </PageFrame>
  );
}
