'use client';
import { buttonClass } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { Menu, MenuLink, MenuSeparator } from '@/components/ui/menu';
import type { EventSearch } from '@/features/trail/schema';
import { ALL_TIME } from '@/lib/period';

type Props = {
  alias: string;
  search: EventSearch;
  /** What the screen has seen: later events are in no file. */
  asOf: number;
};

/** Exactly the events of this question, in the state and for the moments that the screen shows. */
export function ExportMenu({ alias, search, asOf }: Props) {
  const address = new URLSearchParams({ from: search.period.from ?? ALL_TIME, zone: search.zone, as_of: String(asOf) });
  if (search.q) address.set('q', search.q);
  if (search.period.to) address.set('to', search.period.to);
  if (search.axis === 'recorded_at') address.set('axis', 'recorded_at');
  const file = (format: string) => `/api/v1/trails/${encodeURIComponent(alias)}/export?${new URLSearchParams([...address, ['format', format]])}`;
  return (
    <Menu
      trigger={
        <button type="button" className={`${buttonClass({ size: 'sm' })} no-print`}>
          <Icon name="download" size={14} />
          Export
        </button>
      }
    >
      <p className="px-2 pt-1 pb-1.5 text-xs text-ink-3">Exactly these events; recorded as audit.export</p>
      <MenuLink plainAnchor href={file('csv')} note="for reading">
        CSV
      </MenuLink>
      <MenuLink plainAnchor href={file('jsonl')} note="the record">
        JSON Lines
      </MenuLink>
      <MenuSeparator />
      <MenuLink icon="archive" href={`/${encodeURIComponent(alias)}/evidence/new?${address}`} note="others can check it">
        Evidence bundle
      </MenuLink>
    </Menu>
  );
}
