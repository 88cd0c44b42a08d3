import type { ReactNode } from 'react';

type Props = { title: ReactNode; note?: ReactNode; end?: ReactNode; level?: 2 | 3; id?: string; className?: string; rule?: boolean };

/** A heading with the stronger rule under it, a quiet note beside, and at its right end a link, a key or a control. */
export function SectionHead({ title, note, end, level = 2, id, className = '', rule = true }: Props) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <header
      className={`flex min-h-[33px] flex-wrap items-center gap-x-2 gap-y-1 py-1 print:break-inside-avoid print:break-after-avoid ${rule ? 'border-b border-line-strong' : ''} ${className}`}
    >
      <Heading id={id} className="text-sm text-ink font-[590] tracking-[-.003em]">
        {title}
      </Heading>
      {note && <span className="min-w-0 text-xs text-ink-3 [overflow-wrap:anywhere]">{note}</span>}
      {end && <span className="ml-auto flex items-center gap-3 text-xs">{end}</span>}
    </header>
  );
}
