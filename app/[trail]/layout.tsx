import type { ReactNode } from 'react';
import { loadShell } from '@/features/trail/loaders';
import { loadTroubles } from '@/features/verification/loaders';
import { Frame } from '../_shell/frame';

export default async function TrailLayout({ children, params }: { children: ReactNode; params: Promise<{ trail: string }> }) {
  const { trail } = await params;
  const [shell, troubles] = await Promise.all([loadShell(trail), loadTroubles()]);
  return (
    <Frame shell={shell} troubles={troubles}>
      {children}
    </Frame>
  );
}
