import { PageFrame } from '@/app/_shell/page-frame';
import { EmptyState } from '@/components/ui/empty-state';

export default function RunNotFound() {
  return (
    <PageFrame title="Not found">
      <EmptyState title="There is no such run in this trail.">
        It verified nothing here: runs are numbered across all trails, and a number may be another trail’s, or an import’s or a bundle’s. Integrity lists the
        verifications of this one.
      </EmptyState>
    </PageFrame>
  );
}
