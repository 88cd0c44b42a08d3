'use client';
import { createContext, use } from 'react';
import type { PopoverHandle } from '@/components/ui/popover';
import type { Shell } from '@/features/trail/shell';
import type { Troubles } from '@/features/verification/schedule/trouble';

export type ShellState = Shell & { troubles: Troubles; openPalette: () => void; openHelp: () => void; openMenu: () => void } & {
  /** The list of time zones, which hangs under a button of the page. */
  zones: PopoverHandle;
};

export const ShellContext = createContext<ShellState | null>(null);

/** The frame's data, loaded once by the layout. Throws outside a trail: only app/_shell and pages below it use it. */
export function useShell(): ShellState {
  const shell = use(ShellContext);
  if (!shell) throw new Error('useShell outside a trail layout');
  return shell;
}
