import type { ReactNode } from 'react';

/** Why nothing stands here, in one sentence, and the way on. Never a bare "no data": missing is not zero. */
export function EmptyState({ title, children, actions }: { title: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-3 border-b border-line py-10">
      <div className="max-w-[68ch]">
        <p className="text-md font-[550]">{title}</p>
        {children && <p className="mt-1 text-ink-2">{children}</p>}
      </div>
      {actions && <div className="no-print flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}
