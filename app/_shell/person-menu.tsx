'use client';
import { signOut } from 'next-auth/react';
import { Menu, MenuItem, MenuLink, MenuSeparator } from '@/components/ui/menu';
import { roleName } from '@/features/access/roles';
import { useShell } from './shell-context';

export function PersonMenu() {
  const { person, openHelp } = useShell();
  const leave = async () => {
    await signOut({ redirect: false });
    window.location.assign('/sign-in'); // a full load drops what this person cached
  };
  return (
    <div className="flex shrink-0 items-center gap-1 border-t border-line pt-[9px]">
      <Menu
        side="top"
        align="start"
        trigger={
          <button type="button" className="flex min-w-0 flex-1 items-center gap-2 rounded-1 px-1.5 py-1 text-left hover:bg-hover data-popup-open:bg-hover">
            <span
              aria-hidden="true"
              className="grid size-[26px] shrink-0 place-items-center rounded-full border border-line-strong bg-surface text-[10.5px] font-[560] text-ink-2"
            >
              {initials(person.name)}
            </span>
            <span className="min-w-0">
              <b className="block truncate text-xs leading-[15px] font-[520]">{person.name}</b>
              <span className="block truncate text-2xs text-ink-3">{roleName(person.role)}</span>
            </span>
          </button>
        }
      >
        <p className="max-w-64 truncate px-2 pt-1.5 pb-1 text-2xs text-ink-3">{person.email}</p>
        <MenuLink href="/settings" icon="settings">
          Settings
        </MenuLink>
        <MenuSeparator />
        <MenuItem icon="signOut" onSelect={() => void leave()}>
          Sign out
        </MenuItem>
      </Menu>
      <button
        type="button"
        onClick={openHelp}
        aria-label="Keyboard help"
        title="Keyboard help (?)"
        className="hit shrink-0 rounded-1 px-0.5 pointer-coarse:hidden"
      >
        <kbd>?</kbd>
      </button>
    </div>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0]?.[0], words.length > 1 ? words.at(-1)?.[0] : ''].join('').toUpperCase();
}
