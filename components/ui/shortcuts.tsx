'use client';
import { createContext, type ReactNode, use, useEffect, useMemo, useRef, useState } from 'react';

/** `keys`: `'?'`, `'j'`, `'mod+k'`, or a sequence `'g e'`. */
export type Shortcut = { keys: string; label: string; group: string; run: () => void };
type Registry = { add: (shortcut: { current: Shortcut }) => () => void; list: () => Shortcut[] };

const Context = createContext<Registry | null>(null);
const SEQUENCE_MS = 900;

/** One listener for the page. What is registered is what works, and what `?` shows: no key is promised that does nothing. Off in inputs and under open menus. */
export function ShortcutProvider({ children }: { children: ReactNode }) {
  const [all] = useState(() => new Set<{ current: Shortcut }>());
  const registry = useMemo<Registry>(
    () => ({
      add: (shortcut) => {
        all.add(shortcut);
        return () => void all.delete(shortcut);
      },
      list: () => [...all].map((s) => s.current),
    }),
    [all],
  );
  useEffect(() => {
    let first: string | null = null;
    let timer: ReturnType<typeof setTimeout>;
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.isComposing) return;
      const mod = event.metaKey || event.ctrlKey;
      const key = mod ? `mod+${event.key.toLowerCase()}` : event.key;
      if (!mod && isTyping(event)) return;
      const pressed = first ? `${first} ${key}` : key;
      clearTimeout(timer);
      const shortcuts = [...all].map((s) => s.current).reverse(); // the newest first: a panel's key before its page's
      const hit = shortcuts.find((s) => s.keys === pressed) ?? (first ? shortcuts.find((s) => s.keys === key) : undefined);
      first = null;
      if (hit) {
        event.preventDefault();
        hit.run();
      } else if (!mod && shortcuts.some((s) => s.keys.startsWith(`${key} `))) {
        first = key;
        timer = setTimeout(() => {
          first = null;
        }, SEQUENCE_MS);
      }
    };
    window.addEventListener('keydown', press);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', press);
    };
  }, [all]);
  return <Context value={registry}>{children}</Context>;
}

/** Registers a key while the component is mounted. `run` may change at each render. */
export function useShortcut(keys: string, label: string, group: string, run: () => void, isOn = true): void {
  const registry = use(Context);
  const shortcut = useRef<Shortcut>({ keys, label, group, run });
  shortcut.current = { keys, label, group, run };
  useEffect(() => (isOn ? registry?.add(shortcut) : undefined), [registry, isOn]);
}

/** What works right now, for the help. */
export function useShortcutList(): () => Shortcut[] {
  const registry = use(Context);
  return () => registry?.list() ?? [];
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  if (!target?.closest) return false;
  return Boolean(target.closest('input, textarea, select, [contenteditable="true"], [role="menu"], [role="listbox"], [role="dialog"]'));
}
