import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { formatDateTime, offsetAt } from '@/lib/time';
import { startOfLocalDay } from '../buckets';

/** An empty period is not an empty trail: it names the nearest event that counts and offers its day. */
export function NothingHere({
  title,
  nearest,
  zone,
  mayLack,
  href,
}: {
  title: string;
  nearest: string | null;
  zone: string;
  /** Acts say that events may be archived or disposed of. */
  mayLack: boolean;
  href: (from: string, to: string) => string;
}) {
  if (nearest === null)
    return (
      <EmptyState title={title}>
        {mayLack
          ? 'None at any other time either. What is archived or disposed of is not looked through.'
          : 'This trail holds none at any time, as far as it is recorded.'}
      </EmptyState>
    );
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
      The nearest{mayLack && ' that is here'} is of {formatDateTime(nearest, zone)} {offsetAt(nearest, zone)}.
    </EmptyState>
  );
}
