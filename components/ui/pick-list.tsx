'use client';
import { Command } from 'cmdk';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { formatCount } from '@/lib/format';
import { Icon } from './icon';

export type Pick = { value: string; label: ReactNode; note?: ReactNode /** what the search looks at besides the label */; words?: string; group?: string };

/** A searchable list inside a popover: type, arrow keys, Enter. The current one carries a tick; how many lie below is counted. */
export function PickList({
  picks,
  current,
  onPick,
  placeholder,
  empty,
}: {
  picks: Pick[];
  current?: string;
  onPick: (value: string) => void;
  placeholder: string;
  empty: string;
}) {
  const groups = [...new Set(picks.map((p) => p.group ?? ''))];
  const list = useRef<HTMLDivElement>(null);
  const below = useBelow(list);
  return (
    <Command label={placeholder} loop>
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Icon name="search" size={14} className="text-ink-3" />
        <Command.Input
          placeholder={placeholder}
          autoFocus
          className="h-9 w-full bg-transparent outline-none placeholder:text-ink-3 pointer-coarse:h-11 pointer-coarse:text-[16px]"
        />
      </div>
      <Command.List ref={list} className="max-h-72 overflow-y-auto p-1" tabIndex={-1}>
        <Command.Empty className="px-2 py-3 text-ink-3">{empty}</Command.Empty>
        {groups.map((group) => (
          <Command.Group
            key={group}
            heading={group || undefined}
            className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-1.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-ink-3"
          >
            {picks
              .filter((p) => (p.group ?? '') === group)
              .map((p) => (
                <Command.Item
                  key={p.value}
                  value={p.value}
                  keywords={p.words ? [p.words] : undefined}
                  onSelect={() => onPick(p.value)}
                  className="flex min-h-8 cursor-pointer items-center gap-2 rounded-1 px-2 py-1 data-[selected=true]:bg-hover pointer-coarse:min-h-11"
                >
                  <span className="grid w-3.5 shrink-0 place-items-center">
                    {p.value === current && <Icon name="check" size={14} className="text-accent" label="current" />}
                  </span>
                  <span className="min-w-0 flex-1 truncate">{p.label}</span>
                  {p.note && <span className="shrink-0 text-xs text-ink-3">{p.note}</span>}
                </Command.Item>
              ))}
          </Command.Group>
        ))}
      </Command.List>
      {below > 0 && <p className="border-t border-line px-3 py-1.5 text-2xs text-ink-3">{formatCount(below)} more below</p>}
    </Command>
  );
}

/** How many items of a list that scrolls lie below what is seen of it. */
function useBelow(list: RefObject<HTMLDivElement | null>): number {
  const [below, setBelow] = useState(0);
  useEffect(() => {
    const box = list.current;
    if (!box) return;
    const count = () => {
      const end = box.getBoundingClientRect().bottom;
      setBelow([...box.querySelectorAll('[cmdk-item]')].filter((item) => item.getBoundingClientRect().top >= end - 8).length);
    };
    const sizes = new ResizeObserver(count); // what is typed changes how long the list is
    for (const part of [box, ...box.children]) sizes.observe(part);
    box.addEventListener('scroll', count, { passive: true });
    return () => {
      sizes.disconnect();
      box.removeEventListener('scroll', count);
    };
  }, [list]);
  return below;
}
