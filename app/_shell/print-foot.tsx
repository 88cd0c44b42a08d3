'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import { useNow, useZone } from '@/components/ui/clock';
import { formatDateTime, nowText, offsetAt, zoneName } from '@/lib/time';

/** On paper only, at the foot of each page (a table's foot repeats, and rows keep clear of it; a fixed one would lie over them): where this is, who printed it, when, in which zone. */
export function PrintFoot({ person }: { person: string }) {
  const [pathname, search, zone, now] = [usePathname(), useSearchParams(), useZone(), useNow()];
  const [printedAt, setPrintedAt] = useState(now);
  const [origin, setOrigin] = useState('');
  useEffect(() => {
    setOrigin(window.location.origin);
    const stamp = () => setPrintedAt(nowText());
    window.addEventListener('beforeprint', stamp);
    return () => window.removeEventListener('beforeprint', stamp);
  }, []);
  const query = search.toString();
  return (
    <footer className="print-foot">
      <div className="mt-3 border-t border-line pt-1 text-2xs text-ink-3">
        <span className="break-all">
          {origin}
          {pathname}
          {query && `?${query}`}
        </span>
        <br />
        Printed by {person}, {formatDateTime(printedAt, zone, 'minute')} {zoneName(zone)} {offsetAt(printedAt, zone)}. All times {zone} unless marked.
      </div>
    </footer>
  );
}
