'use client';
import { Menu as Base } from '@base-ui/react/menu';
import Link from 'next/link';
import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from './icon';

type Props = { trigger: ReactElement<Record<string, unknown>>; children: ReactNode; align?: 'start' | 'end'; side?: 'bottom' | 'top' };

const item =
  'flex h-8 w-full items-center gap-2 rounded-1 px-2 text-left text-ink outline-none select-none data-highlighted:bg-hover data-disabled:text-ink-3 pointer-coarse:h-11';

/** A list of actions under a button. `trigger` is the button itself, which becomes the menu's. */
export function Menu({ trigger, children, align = 'end', side = 'bottom' }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={6} className="z-50 outline-none">
          <Base.Popup className="pop min-w-48 max-w-80 p-1 outline-none">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({
  icon,
  children,
  onSelect,
  disabled,
  note,
}: {
  icon?: IconName;
  children: ReactNode;
  onSelect: () => void;
  disabled?: boolean;
  note?: ReactNode;
}) {
  return (
    <Base.Item className={item} onClick={onSelect} disabled={disabled}>
      {icon && <Icon name={icon} size={14} className="text-ink-3" />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {note && <span className="text-xs text-ink-3">{note}</span>}
    </Base.Item>
  );
}

export function MenuLink({
  icon,
  children,
  href,
  plainAnchor,
  note,
}: {
  icon?: IconName;
  children: ReactNode;
  href: string;
  plainAnchor?: boolean;
  note?: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useAnchorContent: the content is this element's children
    <Base.LinkItem className={item} closeOnClick render={plainAnchor ? <a href={href} /> : <Link href={href} />}>
      {icon && <Icon name={icon} size={14} className="text-ink-3" />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {note && <span className="text-xs text-ink-3">{note}</span>}
    </Base.LinkItem>
  );
}

/** One of several: the chosen one carries a tick. */
export function MenuChoice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: { value: T; label: ReactNode; note?: ReactNode }[];
  onChange: (value: T) => void;
}) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
      <Base.Group>
        <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-2xs text-ink-3">{label}</Base.GroupLabel>
        {options.map((o) => (
          <Base.RadioItem key={o.value} value={o.value} className={item} closeOnClick>
            <span className="grid w-3.5 place-items-center">
              <Base.RadioItemIndicator>
                <Icon name="check" size={14} className="text-accent" />
              </Base.RadioItemIndicator>
            </span>
            <span className="min-w-0 flex-1 truncate">{o.label}</span>
            {o.note && <span className="text-xs text-ink-3">{o.note}</span>}
          </Base.RadioItem>
        ))}
      </Base.Group>
    </Base.RadioGroup>
  );
}

/** Switched on or off; the menu stays open for the next one. */
export function MenuCheck({ checked, onChange, disabled, children }: { checked: boolean; onChange: () => void; disabled?: boolean; children: ReactNode }) {
  return (
    <Base.CheckboxItem className={item} checked={checked} onCheckedChange={onChange} disabled={disabled} closeOnClick={false}>
      <span className="grid w-3.5 place-items-center">
        <Base.CheckboxItemIndicator>
          <Icon name="check" size={14} className="text-accent" />
        </Base.CheckboxItemIndicator>
      </span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </Base.CheckboxItem>
  );
}

export const MenuSeparator = () => <Base.Separator className="mx-1 my-1 h-px bg-line" />;
