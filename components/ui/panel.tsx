'use client';
import { type ReactNode, useEffect, useRef } from 'react';
import { IconButton } from './button';

type Props = { title: ReactNode; note?: ReactNode; label: string; onClose: () => void; actions?: ReactNode; footer?: ReactNode; children: ReactNode };

/** Beside a list, 416 px, no scrim: the list stays usable. Esc closes (unless something above it took the key). On a phone it covers the page. */
export function Panel({ title, note, label, onClose, actions, footer, children }: Props) {
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('[role="dialog"][data-open], [role="menu"]')) return;
      close.current();
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, []);
  return (
    <aside
      aria-label={label}
      className="sticky top-(--head) flex h-[calc(100dvh-var(--head))] w-(--panel) shrink-0 flex-col border-l border-line-strong bg-surface max-wide:fixed max-wide:inset-0 max-wide:z-30 max-wide:h-dvh max-wide:w-full max-wide:border-l-0 print:static print:h-auto print:w-full"
    >
      <div className="flex h-11 shrink-0 items-center gap-1 border-b border-line pr-3 pl-5 max-wide:h-[52px]">
        <b className="font-[550] whitespace-nowrap">{title}</b>
        {note && <span className="ml-1.5 text-xs whitespace-nowrap text-ink-3">{note}</span>}
        <span className="flex-1" />
        {actions}
        <IconButton icon="close" label="Close panel" onClick={onClose} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-4 pb-4">{children}</div>
      {footer && <div className="flex shrink-0 flex-wrap gap-2 border-t border-line px-5 py-3">{footer}</div>}
    </aside>
  );
}
