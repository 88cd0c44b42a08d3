'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Icon } from '@/components/ui/icon';
import { PickList } from '@/components/ui/pick-list';
import { Popover } from '@/components/ui/popover';
import { plural } from '@/lib/format';
import { useShell } from './shell-context';

/** Which log one looks at; searchable, with the whole origin, since two trails may be called main. */
export function TrailSwitcher() {
  const { trails, trail } = useShell();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label="Switch trail"
      open={open}
      onOpenChange={setOpen}
      align="start"
      className="w-80"
      trigger={
        <button
          type="button"
          aria-label={`Trail ${trail.alias}, ${plural(trail.events, 'event')}. Switch trail`}
          className="flex h-11 w-full shrink-0 items-center gap-2 rounded-2 border border-line-strong bg-surface px-2 text-left hover:border-line-control"
        >
          <span className="min-w-0 flex-1">
            <b className="block truncate leading-4 font-[560]">{trail.alias}</b>
            <span className="block truncate text-2xs text-ink-3">{plural(trail.events, 'event')}</span>
          </span>
          <Icon name="chevronDown" className="text-ink-2" />
        </button>
      }
    >
      <PickList
        picks={trails.map((t) => ({
          value: t.alias,
          words: t.origin,
          note: t.isSynthetic ? 'synthetic' : undefined,
          label: (
            <span className="block py-0.5">
              <span className="block truncate font-[520]">{t.alias}</span>
              <span className="block truncate text-2xs text-ink-3">
                {t.origin} · {plural(t.events, 'event')}
              </span>
            </span>
          ),
        }))}
        current={trail.alias}
        placeholder="Find a trail"
        empty="No trail of that name."
        onPick={(alias) => {
          setOpen(false);
          router.push(`/${alias}/events`);
        }}
      />
    </Popover>
  );
}
