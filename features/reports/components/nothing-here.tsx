import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { formatDateTime, offsetAt } from '@/lib/time';
import { startOfLocalDay } from '../buckets';

/** An empty period is not an empty trail: it names the nearest event that counts and offers its day. */
export function NothingHere({
  title,
  nearest,
  zone,
  href,
}: {
  title: string;
  nearest: string | null;
  zone: string;
  href: (from: string, to: string) => string;
}) {
  if (nearest === null) return <EmptyState title={title}>This trail holds none at any time, as far as it is recorded.</EmptyState>;
  const [from, to] = [startOfLocalDay(nearest, zone, -6), startOfLocalDay(nearest, zone, 1)];
  return (
    <EmptyState
      title={title}
      actions={
        <ButtonLink href={href(from, to)} variant="primary">
          Show the seven days up to then
        </ButtonLink>
      }
    >
      The nearest is of {formatDateTime(nearest, zone)} {offsetAt(nearest, zone)}.
    </EmptyState>
  );
}
