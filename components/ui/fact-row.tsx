import type { ReactNode } from 'react';

export type Fact = { label: ReactNode; value: ReactNode; note?: ReactNode; tone?: 'plain' | 'warning' | 'broken' };

const tones = { plain: 'text-ink', warning: 'text-failure', broken: 'text-denied' };

/** Facts side by side between two rules: label, value, one line of context. Two columns on a phone. `columns`: a grid template where the facts need unequal widths. */
export function FactRow({ facts, columns }: { facts: Fact[]; columns?: string }) {
  const template = columns ?? `repeat(${facts.length}, minmax(0, 1fr))`;
  return (
    <dl
      style={{ '--facts': template } as React.CSSProperties}
      className="grid grid-cols-2 border-t border-b border-t-line-strong border-b-line max-wide:not-print:[&>div:nth-child(odd)]:border-l-0 max-wide:not-print:[&>div:nth-child(odd)]:pl-0 print:[grid-template-columns:var(--facts)] wide:[grid-template-columns:var(--facts)] [&>div:first-child]:border-l-0 [&>div:first-child]:pl-0"
    >
      {facts.map((fact, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: facts are a fixed list, never reordered
        <div key={i} className="min-w-0 border-l border-line px-4 pt-[9px] pb-2.5">
          <dt className="text-xs text-ink-3 wide:truncate">{fact.label}</dt>
          <dd className={`truncate text-md font-[550] tracking-[-.005em] ${tones[fact.tone ?? 'plain']}`}>{fact.value}</dd>
          {fact.note && <dd className="text-xs text-ink-2 wide:truncate">{fact.note}</dd>}
        </div>
      ))}
    </dl>
  );
}
