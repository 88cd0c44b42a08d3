'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useNow, useZone } from '@/components/ui/clock';
import { Icon } from '@/components/ui/icon';
import { PickList } from '@/components/ui/pick-list';
import { Popover } from '@/components/ui/popover';
import { troubledTrails } from '@/features/verification/schedule/troubled-trails';
import { plural } from '@/lib/format';
import { useShell } from './shell-context';

/** Which log one looks at; searchable, with the whole origin, since two trails may be called main. Those of which something is wrong come first, the worst before the others. */
export function TrailSwitcher() {
  const { trails, trail, troubles } = useShell();
  const [zone, now] = [useZone(), useNow()];
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const troubled = troubledTrails(trails, troubles, now, zone);
  const places = new Map(troubled.map(({ at }, place) => [at, place]));
  const placeOf = ({ alias }: { alias: string }) => places.get(alias) ?? troubled.length;
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
        picks={trails
          .toSorted((a, b) => placeOf(a) - placeOf(b))
          .map((t) => {
            const trouble = troubled[placeOf(t)];
            return {
              value: t.alias,
              words: t.origin,
              note: t.isSynthetic ? 'synthetic' : undefined,
              group: troubled.length === 0 ? undefined : trouble ? 'In trouble' : 'Others',
              label: (
                <span className="block py-0.5">
                  <span className="block truncate font-[520]">{t.alias}</span>
                  <span className="block truncate text-2xs text-ink-3">
                    {t.origin} · {plural(t.events, 'event')}
                  </span>
                  {trouble && (
                    <span className={`flex items-center gap-1 text-2xs ${trouble.tone === 'broken' ? 'text-denied' : 'text-failure'}`}>
                      <Icon name="alert" size={12} />
                      {trouble.short}
                    </span>
                  )}
                </span>
              ),
            };
          })}
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
