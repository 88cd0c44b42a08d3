import type { ReactNode } from 'react';

export type KeyValue = { label: ReactNode; value: ReactNode; key?: string };

/** Label and value in two columns, 26 px a line; a value too long is cut and wraps on paper, unless `wrap`. */
export function KeyValues({ items, labelWidth = 112, wrap = false }: { items: KeyValue[]; labelWidth?: number; wrap?: boolean }) {
  return (
    <dl className="grid" style={{ gridTemplateColumns: `${labelWidth}px minmax(0, 1fr)` }}>
      {items.map((item, i) => (
        <div key={item.key ?? i} className="contents">
          <dt className="min-h-[26px] py-[3px] text-xs leading-5 text-ink-3">{item.label}</dt>
          <dd className={`min-h-[26px] min-w-0 py-[3px] leading-5 [&_.mono]:leading-5 ${wrap ? 'break-words' : 'truncate'}`}>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
