import type { ReactNode } from 'react';

/** A small word in a frame: a state of the page (`synthetic data`, dashed), a version, a trail. */
export function Tag({ children, dashed, title, className = '' }: { children: ReactNode; dashed?: boolean; title?: string; className?: string }) {
  return (
    <span
      title={title}
      className={`inline-block whitespace-nowrap rounded-[3px] border border-line-strong px-[5px] text-2xs leading-4 text-ink-2 ${dashed ? 'border-dashed' : ''} ${className}`}
    >
      {children}
    </span>
  );
}

/** A code that a reader may search for or quote: `EVENT_HASH`. Red where it names something broken. */
export function Code({ children, tone = 'plain' }: { children: ReactNode; tone?: 'plain' | 'broken' }) {
  const look = tone === 'broken' ? 'border-denied bg-denied-soft text-denied' : 'border-line bg-sunken text-ink-2';
  return <span className={`whitespace-nowrap rounded-[3px] border px-[5px] font-mono text-2xs font-medium leading-4 ${look}`}>{children}</span>;
}
