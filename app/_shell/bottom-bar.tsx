'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Icon } from '@/components/ui/icon';
import { barPages } from './nav';
import { isAt } from './rail';
import { useShell } from './shell-context';

/** Under 900 px: five pages at the thumb. */
export function BottomBar() {
  const { trail, openFindings } = useShell();
  const pathname = usePathname();
  return (
    <nav
      aria-label="Main pages"
      className="no-print fixed inset-x-0 bottom-0 z-20 grid h-[60px] grid-cols-5 border-t border-line-strong bg-sunken pb-[env(safe-area-inset-bottom)] wide:hidden"
    >
      {barPages.map((p) => {
        const href = `/${trail.alias}/${p.path}`;
        return (
          <Link
            key={p.path}
            href={href}
            aria-current={isAt(pathname, href) ? 'page' : undefined}
            className="relative flex flex-col items-center justify-center gap-[3px] text-2xs text-ink-2 aria-[current]:font-[560] aria-[current]:text-accent"
          >
            <Icon name={p.icon} />
            {p.label}
            {p.path === 'integrity' && openFindings !== null && (
              <span className="absolute top-2 left-1/2 ml-2 rounded-full border border-denied bg-paper px-1 text-2xs leading-3.5 text-denied">
                {openFindings}
                <span className="sr-only"> open findings</span>
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}
