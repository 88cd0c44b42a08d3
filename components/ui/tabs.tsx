import Link from 'next/link';
import type { ReactNode } from 'react';

export type TabLink = { href: string; label: ReactNode; count?: ReactNode; current: boolean; key: string };

/** Tabs that are links: which one is open stands in the URL, so that it can be shared and printed. */
export function TabLinks({ tabs, label, end }: { tabs: TabLink[]; label: string; end?: ReactNode }) {
  return (
    <div className="flex items-end gap-4 border-b border-line-strong">
      <nav aria-label={label} className="flex min-w-0 gap-[18px] overflow-x-auto">
        {tabs.map((tab) => (
          <Link
            key={tab.key}
            href={tab.href}
            scroll={false}
            aria-current={tab.current ? 'page' : undefined}
            className="h-8 whitespace-nowrap border-b-2 border-transparent leading-[31px] font-[450] text-ink-2 hover:text-ink aria-[current]:border-accent aria-[current]:font-[570] aria-[current]:text-ink pointer-coarse:h-11 pointer-coarse:leading-[43px]"
          >
            {tab.label}
            {tab.count !== undefined && <small className="ml-[5px] text-xs font-normal text-ink-3">{tab.count}</small>}
          </Link>
        ))}
      </nav>
      {end && <div className="ml-auto shrink-0 pb-1.5 text-xs">{end}</div>}
    </div>
  );
}
