import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { requireTrails } from '@/features/access/loaders';
import { loadShell } from '@/features/trail/loaders';
import { loadTroubles } from '@/features/verification/loaders';
import { Frame } from '../_shell/frame';

/** Settings belong to no trail; the frame shows the first. */
export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const [first] = await requireTrails();
  if (!first) notFound();
  const [shell, troubles] = await Promise.all([loadShell(first.trail.alias), loadTroubles()]);
  return (
    <Frame shell={shell} troubles={troubles}>
      {children}
    </Frame>
  );
}
