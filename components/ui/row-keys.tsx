'use client';
import { type ReactNode, useRef } from 'react';
import { useShortcut } from './shortcuts';

/**
 * Around a ledger whose rows are `<tr data-href tabIndex={-1}>` with an `<a data-row-link>` inside: j and k walk the rows, Enter opens, a press anywhere in a row follows its link
 * (not when text is being selected, nor on another control). The link itself stays a link: new tab, copy address, screen reader.
 */
export function RowKeys({ children, label = 'row' }: { children: ReactNode; label?: string }) {
  const box = useRef<HTMLDivElement>(null);
  const move = (by: 1 | -1) => {
    const rows = [...(box.current?.querySelectorAll<HTMLElement>('tr[data-href]') ?? [])];
    const at = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
    const selected = rows.findIndex((row) => row.getAttribute('aria-selected') === 'true');
    const from = at >= 0 ? at : selected;
    const next = rows[from < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, from + by))];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  useShortcut('j', `Next ${label}`, 'In a list', () => move(1));
  useShortcut('k', `Previous ${label}`, 'In a list', () => move(-1));
  const follow = (target: EventTarget) => (target as Element).closest('tr[data-href]')?.querySelector<HTMLAnchorElement>('a[data-row-link]')?.click();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a larger target for the link inside each row
    <div
      ref={box}
      className="ledger-box"
      onClick={(event) => {
        if ((event.target as Element).closest('a, button, input, label, select, summary') || window.getSelection()?.toString()) return;
        follow(event.target);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.target as Element).matches('tr[data-href]')) follow(event.target);
      }}
    >
      {children}
    </div>
  );
}
