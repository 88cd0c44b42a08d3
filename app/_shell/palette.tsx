'use client';
import { Dialog } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { Icon, type IconName } from '@/components/ui/icon';
import { applyTheme } from '@/components/ui/theme-picker';
import { formatCount, plural } from '@/lib/format';
import { pages } from './nav';
import { useShell } from './shell-context';

/** ⌘K: a page, an event by its number, its id or the beginning of its hash, another trail, a command; anything else becomes a search of the events. */
export function Palette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-(--scrim)" />
        <Dialog.Popup className="pop fixed top-[14vh] left-1/2 z-50 w-[min(600px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-3 outline-none">
          <Dialog.Title className="sr-only">Search or go to</Dialog.Title>
          {open && <PaletteList close={() => onOpenChange(false)} />}
          <Dialog.Close className="sr-only">Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteList({ close }: { close: () => void }) {
  const { trail, trails, openHelp } = useShell();
  const router = useRouter();
  const [text, setText] = useState('');
  const query = text.trim();
  const seq = /^[\d,]{1,19}$/.test(query) ? Number(query.replaceAll(',', '')) : null;
  const name = eventName(query);
  const go = (href: string) => () => {
    close();
    router.push(href);
  };
  const act = (run: () => void) => () => {
    close();
    run();
  };
  const base = `/${trail.alias}`;
  return (
    <Command label="Search or go to" loop>
      <div className="flex items-center gap-2.5 border-b border-line-strong px-4">
        <Icon name="search" className="text-ink-3" />
        <Command.Input
          autoFocus
          value={text}
          onValueChange={setText}
          placeholder="Page, event number or hash, trail, or words"
          className="h-12 w-full bg-transparent text-md outline-none placeholder:text-ink-3"
        />
        <kbd>Esc</kbd>
      </div>
      <Command.List className="max-h-[46vh] overflow-y-auto p-1.5" tabIndex={-1}>
        {seq !== null && (
          <Group heading="Event">
            <Item
              icon="list"
              value={`event ${query}`}
              onSelect={go(`${base}/events/${seq}`)}
              note={seq >= trail.events ? `beyond the newest, ${formatCount(trail.events - 1)}` : trail.alias}
            >
              Event {formatCount(seq)}
            </Item>
          </Group>
        )}
        {name !== null && (
          <Group heading="Event">
            <Item icon="key" value={`event ${query}`} onSelect={go(`${base}/events/${name}`)} note={name.length === 36 ? 'by its id' : 'by its hash'}>
              Event {name.length > 16 ? `${name.slice(0, 8)}…${name.slice(-4)}` : `${name}…`}
            </Item>
          </Group>
        )}
        {query !== '' && (
          <Group heading="Events">
            <Item icon="search" value={`search ${query}`} onSelect={go(`${base}/events?q=${encodeURIComponent(asFreeText(query))}`)}>
              Events with “{query}” in action or resource
            </Item>
            {!query.includes(' ') && (
              <Item icon="person" value={`actor ${query}`} onSelect={go(`${base}/events?q=${encodeURIComponent(`actor:${query}`)}`)}>
                Events by actor {query}
              </Item>
            )}
          </Group>
        )}
        <Group heading="Pages">
          {pages.map((p) => (
            <Item key={p.path} icon={p.icon} value={`page ${p.label}`} onSelect={go(`${base}/${p.path}`)} keys={['g', p.go]}>
              {p.label}
            </Item>
          ))}
          <Item icon="chart" value="page Privileged actions" onSelect={go(`${base}/reports/privileged`)} note="report">
            Privileged actions
          </Item>
          <Item icon="chart" value="page Failed access" onSelect={go(`${base}/reports/failed-access`)} note="report">
            Failed access
          </Item>
          <Item icon="settings" value="page Settings" onSelect={go('/settings')}>
            Settings
          </Item>
        </Group>
        {trails.length > 1 && (
          <Group heading="Trails">
            {trails
              .filter((t) => t.alias !== trail.alias)
              .map((t) => (
                <Item key={t.alias} icon="archive" value={`trail ${t.alias} ${t.origin}`} onSelect={go(`/${t.alias}/events`)} note={plural(t.events, 'event')}>
                  {t.origin}
                </Item>
              ))}
          </Group>
        )}
        <Group heading="Commands">
          <Item icon="theme" value="command light theme" onSelect={act(() => applyTheme('light'))}>
            Light theme
          </Item>
          <Item icon="theme" value="command dark theme" onSelect={act(() => applyTheme('dark'))}>
            Dark theme
          </Item>
          <Item icon="print" value="command print this page" onSelect={act(() => setTimeout(() => window.print(), 50))}>
            Print this page
          </Item>
          <Item icon="menu" value="command keyboard help" onSelect={act(openHelp)} keys={['?']}>
            Keyboard help
          </Item>
        </Group>
      </Command.List>
    </Command>
  );
}

/** An id, or a hash from its first 8 digits on, as people paste them: in capitals, in groups. Digits alone are an event number. */
function eventName(query: string): string | null {
  const text = query.toLowerCase();
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text;
  const hash = text.replace(/[\s…]/g, '');
  return /^[0-9a-f]{8,64}$/.test(hash) && !/^\d+$/.test(hash) ? hash : null;
}

/** As the query bar reads it: quoted, so that a colon or a minus is no operator. */
const asFreeText = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-ink-3"
    >
      {children}
    </Command.Group>
  );
}

function Item({
  icon,
  value,
  onSelect,
  note,
  keys,
  children,
}: {
  icon: IconName;
  value: string;
  onSelect: () => void;
  note?: string;
  keys?: string[];
  children: ReactNode;
}) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-9 cursor-pointer items-center gap-2.5 rounded-1 px-2.5 data-[selected=true]:bg-accent-soft data-[selected=true]:text-accent-strong pointer-coarse:h-11"
    >
      <Icon name={icon} className="text-ink-3" />
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {note && <span className="shrink-0 text-xs text-ink-3">{note}</span>}
      {keys && (
        <span className="inline-flex gap-1 pointer-coarse:hidden">
          {keys.map((k) => (
            <kbd key={k}>{k}</kbd>
          ))}
        </span>
      )}
    </Command.Item>
  );
}
