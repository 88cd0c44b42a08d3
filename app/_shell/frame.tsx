'use client';
import { Dialog } from '@base-ui/react/dialog';
import { useRouter } from 'next/navigation';
import { type ReactNode, useMemo, useState } from 'react';
import { createPopoverHandle } from '@/components/ui/popover';
import { useShortcut } from '@/components/ui/shortcuts';
import { ZonePicker } from '@/components/ui/zone-picker';
import type { Shell } from '@/features/trail/shell';
import type { Troubles } from '@/features/verification/schedule/trouble';
import { BottomBar } from './bottom-bar';
import { KeyHelp } from './key-help';
import { pages } from './nav';
import { Palette } from './palette';
import { Rail } from './rail';
import { ShellContext } from './shell-context';
import { useLiveSeal } from './use-live-seal';
import { useTroubles } from './use-troubles';

/** Rail, page, and on a phone a drawer and the bottom bar. One palette and one help for all pages. */
export function Frame({ shell, troubles: first, children }: { shell: Shell; troubles: Troubles; children: ReactNode }) {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [menu, setMenu] = useState(false);
  const [zones] = useState(createPopoverHandle);
  const coverage = useLiveSeal(shell.trail.alias, shell.coverage);
  const troubles = useTroubles(first);
  const state = useMemo(
    () => ({
      ...shell,
      coverage,
      troubles,
      openPalette: () => setPalette(true),
      openHelp: () => setHelp(true),
      openMenu: () => setMenu(true),
      zones,
    }),
    [shell, coverage, troubles, zones],
  );
  return (
    <ShellContext value={state}>
      <a href="#content" className="sr-only z-50 rounded-2 bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        Skip to content
      </a>
      <FrameKeys alias={shell.trail.alias} onPalette={() => setPalette((open) => !open)} onHelp={() => setHelp(true)} />
      <div className="grid wide:grid-cols-[var(--rail)_minmax(0,1fr)] print:block">
        <nav aria-label="Trail and pages" className="no-print sticky top-0 h-dvh border-r border-line max-wide:hidden">
          <Rail />
        </nav>
        {/* on paper a table, so that its foot stands on each page and keeps its place free: print-foot.tsx */}
        <div className="min-w-0 print:table print:w-full">{children}</div>
      </div>
      <BottomBar />
      <Dialog.Root open={menu} onOpenChange={setMenu}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-40 bg-(--scrim)" />
          <Dialog.Popup className="fixed inset-y-0 left-0 z-50 w-[min(280px,86vw)] bg-sunken shadow-sheet outline-none">
            <Dialog.Title className="sr-only">Menu</Dialog.Title>
            <Rail onNavigate={() => setMenu(false)} />
            <Dialog.Close className="sr-only">Close menu</Dialog.Close>
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
      <Palette open={palette} onOpenChange={setPalette} />
      <ZonePicker zones={zones} />
      <KeyHelp open={help} onOpenChange={setHelp} />
    </ShellContext>
  );
}

function FrameKeys({ alias, onPalette, onHelp }: { alias: string; onPalette: () => void; onHelp: () => void }) {
  useShortcut('mod+k', 'Search or go to', 'Everywhere', onPalette);
  useShortcut('?', 'This help', 'Everywhere', onHelp);
  return pages.map((page) => <GoKey key={page.path} keys={`g ${page.go}`} label={page.label} href={`/${alias}/${page.path}`} />);
}

function GoKey({ keys, label, href }: { keys: string; label: string; href: string }) {
  const router = useRouter();
  useShortcut(keys, label, 'Go to', () => router.push(href));
  return null;
}
