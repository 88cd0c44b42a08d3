'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { IconButton } from '@/components/ui/button';
import { Control } from '@/components/ui/control';
import { Icon } from '@/components/ui/icon';
import { Tag } from '@/components/ui/tag';
import { ZoneButton } from '@/components/ui/zone-picker';
import { HeaderStrip } from './header-strip';
import { PeriodControl } from './period-control';
import { PrintFoot } from './print-foot';
import { useShell } from './shell-context';
import { ThemeControl } from './theme-control';
import { TrailBanners } from './trail-banners';

type Props = {
  title: string;
  /** The page above: `Events /`. */
  crumb?: { label: string; href: string };
  /** The page has a period in its URL; what holds when the URL names none (`-30d`, or null for all time). Absent: the page has no period. */
  period?: { standard: string | null; extra?: { label: string; from: string; to: string }[] };
  /** Buttons of this page, left of the search: Print, previous, next. */
  actions?: ReactNode;
  /** The content reaches the edges (lists with a panel). */
  flush?: boolean;
  children: ReactNode;
};

/** What stands above a page: its title, how one gets elsewhere, period, zone, theme, and the strip. Used by page.tsx and loading.tsx alike, so that heads are there at once. */
export function PageFrame({ title, crumb, period, actions, flush, children }: Props) {
  const shell = useShell();
  const hasSecondRow = Boolean(period || actions || title.length > 7); // on a phone a longer title and the tags do not fit beside search and zone
  return (
    <>
      <header className="z-20 bg-paper print:bg-transparent wide:sticky wide:top-0 print:static print:table-row-group">
        <div className="flex h-(--topbar) items-center gap-2 px-(--gutter) max-wide:px-4 print:px-0">
          <IconButton icon="menu" label="Menu" onClick={shell.openMenu} className="-ml-2 !h-9 !w-9 wide:!hidden" />
          <div className="flex min-w-0 items-center gap-2">
            <h1 className="flex min-w-0 items-baseline gap-1.5 text-lg font-[600] tracking-tight whitespace-nowrap">
              {crumb && (
                <Link href={crumb.href} className="font-normal text-ink-3 hover:text-ink max-wide:hidden print:inline">
                  {crumb.label} /<span className="sr-only"> </span>
                </Link>
              )}
              <span className="truncate">{title}</span>
            </h1>
            <span className={`inline-flex shrink-0 items-center gap-2 ${hasSecondRow ? 'max-wide:hidden' : ''}`}>
              <TrailTags />
            </span>
          </div>
          <span className="flex-1" />
          <div className="no-print flex items-center gap-2">
            <div className="contents max-wide:hidden">{actions}</div>
            <Control
              onClick={shell.openPalette}
              aria-label="Search or go to"
              title="Search or go to (⌘K)"
              className="!border-line-control !text-ink-3 wide:w-[236px] max-full:wide:w-40 max-wide:w-9 max-wide:justify-center"
            >
              <Icon name="search" />
              <span className="flex-1 text-left max-wide:hidden">Search or go to</span>
              <kbd className="max-wide:!hidden">⌘K</kbd>
            </Control>
            {period && <span className="contents max-wide:hidden">{<PeriodControl {...period} hotkey />}</span>}
            <ZoneButton zones={shell.zones} />
            <span className="contents max-wide:hidden">
              <ThemeControl />
            </span>
          </div>
        </div>
        {hasSecondRow && (
          <div className="flex items-center gap-2 overflow-x-auto px-4 pb-2 wide:hidden print:px-0">
            <TrailTags />
            {period && <PeriodControl {...period} />}
            {actions}
          </div>
        )}
        <HeaderStrip />
      </header>
      <TrailBanners />
      <main
        id="content"
        tabIndex={-1}
        className={`outline-none print:table-row-group print:[&>*:first-child]:mt-4 max-wide:pb-20 ${flush ? '' : 'px-(--gutter) pt-[22px] pb-16 max-wide:px-4 max-wide:pt-4'}`}
      >
        {children}
      </main>
      <PrintFoot person={shell.person.name} />
    </>
  );
}

/** Which trail, on a phone where the rail is away; and that its data is generated, where event 0 says so. */
function TrailTags() {
  const { trail } = useShell();
  return (
    <>
      <Tag className="wide:hidden">{trail.alias}</Tag>
      {trail.isSynthetic && (
        <Tag dashed title="Generated data: event 0 of this trail says so. Nothing here happened.">
          synthetic<span className="max-wide:sr-only"> data</span>
        </Tag>
      )}
    </>
  );
}
