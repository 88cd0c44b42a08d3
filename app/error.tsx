'use client';
import { Fault } from './_shell/fault';

export default function RootError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="mx-auto max-w-2xl px-6 pt-16">
      <Fault error={error} retry={reset} />
    </main>
  );
}
