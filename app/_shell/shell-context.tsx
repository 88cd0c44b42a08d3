'use client';
import { createContext, use } from 'react';
import type { Shell } from '@/features/trail/shell';
import type { Troubles } from '@/features/verification/schedule/trouble';

export type ShellState = Shell & { troubles: Troubles; openPalette: () => void; openHelp: () => void; openMenu: () => void } & {
  /** Whether the list of time zones is open: kept here, so that a page which takes the place of its skeleton does not close it. */
  isZoneOpen: boolean;
  showZones: (isOpen: boolean) => void;
};

export const ShellContext = createContext<ShellState | null>(null);

/** The frame's data, loaded once by the layout. Throws outside a trail: only app/_shell and pages below it use it. */
export function useShell(): ShellState {
  const shell = use(ShellContext);
  if (!shell) throw new Error('useShell outside a trail layout');
  return shell;
}
