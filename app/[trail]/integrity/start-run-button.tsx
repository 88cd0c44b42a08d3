'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';

type Started = { ok: true; run: number } | { ok: false; reason: string };
type Props = { alias: string; label: string; variant: 'primary' | 'default'; onStart: () => Promise<Started> };

/** Starts a run, and leads to it. */
export function StartRunButton({ alias, label, variant, onStart }: Props) {
  const router = useRouter();
  const [isStarting, setStarting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function start() {
    setStarting(true);
    setProblem(null);
    try {
      const outcome = await onStart();
      if (outcome.ok) router.push(`/${encodeURIComponent(alias)}/integrity/runs/${outcome.run}`);
      else setProblem(outcome.reason);
    } catch {
      setProblem('The server did not answer. Nothing was started.');
    } finally {
      setStarting(false);
    }
  }

  return (
    <>
      {problem && (
        <p role="alert" className="text-denied">
          {problem}
        </p>
      )}
      <Button variant={variant} icon="play" onClick={start} disabled={isStarting}>
        {isStarting ? 'Starting' : label}
      </Button>
    </>
  );
}
