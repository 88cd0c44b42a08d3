import { EmptyState } from '@/components/ui/empty-state';
import { PageFrame } from '../_shell/page-frame';

export default function TrailNotFound() {
  return (
    <PageFrame title="Not found">
      <EmptyState title="There is no such page in this trail.">
        Event numbers begin at 0 and have no holes; a number beyond the newest is not there yet. Press ⌘K to go to a page or an event.
      </EmptyState>
    </PageFrame>
  );
}
