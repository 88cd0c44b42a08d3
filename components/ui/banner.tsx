import type { ReactNode } from 'react';
import { Icon } from './icon';

/** A state that stays until its cause is gone. Amber or red, never without its sign and its words. */
export function Banner({ children, tone = 'warning', action }: { children: ReactNode; tone?: 'warning' | 'broken' | 'plain'; action?: ReactNode }) {
  const look = { warning: 'bg-failure-soft text-failure', broken: 'bg-denied-soft text-denied', plain: 'bg-sunken text-ink-2' }[tone];
  return (
    <div role="note" className={`flex items-start gap-2 px-4 py-1.5 text-xs wide:px-(--gutter) ${look}`}>
      <Icon name="alert" size={14} className="mt-px" />
      <p className="min-w-0 flex-1">{children}</p>
      {action && <span className="no-print shrink-0">{action}</span>}
    </div>
  );
}
