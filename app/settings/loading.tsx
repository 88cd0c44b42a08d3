import { SkeletonPage } from '@/components/ui/skeleton';
import { PageFrame } from '../_shell/page-frame';

export default function Loading() {
  return (
    <PageFrame title="Settings">
      <SkeletonPage label="Loading settings" chart={false} />
    </PageFrame>
  );
}
