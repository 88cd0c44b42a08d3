'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { startResourceCheckAction } from '@/features/verification/actions';

type Props = { alias: string; resource: { type: string; id: string }; label: string; isQuiet?: boolean };

/** Starts the check of one resource, and leads to it. */
export function VerifyResourceButton({ alias, resource, label, isQuiet = false }: Props) {
  const router = useRouter();
  const [isStarting, setStarting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function start() {
    setStarting(true);
    setProblem(null);
    try {
      const outcome = await startResourceCheckAction(alias, resource);
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
      <Button variant={isQuiet ? 'default' : 'primary'} icon="play" onClick={start} disabled={isStarting}>
        {isStarting ? 'Starting' : label}
      </Button>
    </>
  );
}
