import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import type { ParamFault } from '../schema';

/** What in the address cannot be read, and how to mend it. */
export function FaultyParams({ faults, href }: { faults: ParamFault[]; href: string }) {
  return (
    <EmptyState
      title="The address asks for something this report cannot read."
      actions={<ButtonLink href={href}>Open the report as it is by itself</ButtonLink>}
    >
      {faults.map(({ param, value, message }) => (
        <span key={param + value} className="block">
          <span className="mono">
            {param}={value}
          </span>{' '}
          {message}
        </span>
      ))}
    </EmptyState>
  );
}
