import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { requireTrails } from '@/features/access/loaders';
import { loadShell } from '@/features/trail/loaders';
import { Frame } from '../_shell/frame';

/** Settings belong to no trail; the frame shows the first. */
export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const [first] = await requireTrails();
  if (!first) notFound();
  return <Frame shell={await loadShell(first.trail.alias)}>{children}</Frame>;
}
