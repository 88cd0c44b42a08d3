'use client';
import { useEffect, useState } from 'react';
import { type Theme, ThemePicker } from '@/components/ui/theme-picker';

/** Reads what the server wrote on <html>, so that no page has to pass it down. */
export function ThemeControl() {
  const [theme, setTheme] = useState<Theme>('system');
  useEffect(() => {
    const { theme: current } = document.documentElement.dataset;
    setTheme(current === 'light' || current === 'dark' ? current : 'system');
  }, []);
  return <ThemePicker key={theme} remembered={theme} />;
}
