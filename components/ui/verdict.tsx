import type { ReactNode } from 'react';

/** The one true sentence a page opens with (24/32), its actions at the right, an optional quieter second sentence below. */
export function Verdict({ children, lead, actions }: { children: ReactNode; lead?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="mb-4 flex flex-wrap items-start gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-80">
        <p className="text-balance text-xl font-[580] tracking-[-.02em] max-wide:text-[1.25rem] max-wide:leading-7">{children}</p>
        {lead && <p className="mt-1 text-ink-2">{lead}</p>}
      </div>
      {actions && <div className="no-print flex flex-wrap items-center gap-2 pt-px">{actions}</div>}
    </div>
  );
}
