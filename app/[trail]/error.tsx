'use client';
import { Fault } from '../_shell/fault';
import { PageFrame } from '../_shell/page-frame';

export default function TrailError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <PageFrame title="Not loaded">
      <Fault error={error} retry={reset} />
    </PageFrame>
  );
}
