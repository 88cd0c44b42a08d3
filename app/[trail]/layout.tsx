import type { ReactNode } from 'react';
import { loadShell } from '@/features/trail/loaders';
import { Frame } from '../_shell/frame';

export default async function TrailLayout({ children, params }: { children: ReactNode; params: Promise<{ trail: string }> }) {
  const { trail } = await params;
  return <Frame shell={await loadShell(trail)}>{children}</Frame>;
}
