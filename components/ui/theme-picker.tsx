'use client';
import { useState } from 'react';
import { Control } from './control';
import { Icon } from './icon';
import { Menu, MenuChoice } from './menu';
import { rememberInCookie } from './remember';

export type Theme = 'light' | 'dark' | 'system';

/** `remembered` comes from the cookie with the page: <html data-theme> is set by the server, so nothing flashes and no inline script is needed. */
export function ThemePicker({ remembered }: { remembered: Theme }) {
  const [theme, setTheme] = useState(remembered);
  const choose = (next: Theme) => {
    setTheme(next);
    applyTheme(next);
  };
  return (
    <Menu
      trigger={
        <Control aria-label="Theme" title="Theme" className="w-[30px] justify-center !px-0">
          <Icon name="theme" />
        </Control>
      }
    >
      <MenuChoice
        label="Theme"
        value={theme}
        onChange={choose}
        options={[
          { value: 'system', label: 'As the system' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
    </Menu>
  );
}

export function applyTheme(theme: Theme): void {
  rememberInCookie('theme', theme);
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
