import Link from 'next/link';
import { FactRow } from '@/components/ui/fact-row';

type Shown = { label: string; value: string; note: string; tone?: 'warning' | 'broken'; href?: string | null };

/** The figures of a report side by side; one that stands for events leads to them. */
export function ReportFacts({ facts }: { facts: Shown[] }) {
  return (
    <FactRow
      facts={facts.map(({ label, value, note, tone, href }) => ({
        label,
        value: href ? (
          <Link href={href} prefetch={false} className="thumb hover:underline hover:decoration-line-control hover:underline-offset-3">
            {value}
          </Link>
        ) : (
          value
        ),
        note: <span title={note}>{note}</span>,
        tone,
      }))}
    />
  );
}
