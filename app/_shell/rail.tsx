'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { BrandMark } from '@/components/ui/brand-mark';
import { Icon } from '@/components/ui/icon';
import { pages } from './nav';
import { PersonMenu } from './person-menu';
import { useShell } from './shell-context';
import { TrailSwitcher } from './trail-switcher';

const link =
  'hit flex h-[30px] items-center gap-[9px] rounded-1 px-2 font-[450] text-ink-2 hover:bg-hover hover:text-ink aria-[current]:bg-accent-soft aria-[current]:font-[560] aria-[current]:text-accent pointer-coarse:h-11';

/** Trail, pages, person. The same parts stand in the drawer of a phone. */
export function Rail({ onNavigate }: { onNavigate?: () => void }) {
  const { trail, openFindings } = useShell();
  const pathname = usePathname();
  const base = `/${trail.alias}`;
  return (
    <div className="flex h-full min-h-0 flex-col bg-sunken px-2.5 pb-2.5">
      <Link
        href={`${base}/events`}
        onClick={onNavigate}
        className="flex h-(--topbar) shrink-0 items-center gap-[9px] px-1.5 text-[15px] font-[620] tracking-[-.02em]"
      >
        <BrandMark />
        Indelible
      </Link>
      <TrailSwitcher />
      <div className="mt-3.5 min-h-0 flex-1 overflow-y-auto" onClickCapture={onNavigate}>
        {pages.map((p) => (
          <Link
            key={p.path}
            href={`${base}/${p.path}`}
            aria-current={isAt(pathname, `${base}/${p.path}`) ? 'page' : undefined}
            className={`${link} ${p.apart ? 'mt-[13px]' : ''}`}
          >
            <Icon name={p.icon} />
            {p.label}
            {p.path === 'integrity' && openFindings !== null && (
              <span className="ml-auto rounded-full border border-denied bg-paper px-[5px] text-2xs leading-4 text-denied" title="open findings">
                {openFindings}
                <span className="sr-only"> open findings</span>
              </span>
            )}
          </Link>
        ))}
        <Link href="/settings" aria-current={pathname === '/settings' ? 'page' : undefined} className={link}>
          <Icon name="settings" />
          Settings
        </Link>
      </div>
      <PersonMenu />
    </div>
  );
}

export const isAt = (pathname: string, href: string): boolean => pathname === href || pathname.startsWith(`${href}/`);
