'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { resumeVerificationAction } from '@/features/verification/actions';
import { formatCount } from '@/lib/format';

/** Takes up a run that was stopped, and leads to the one that goes on. */
export function ResumeButton({ alias, run, at }: { alias: string; run: number /** The first event that is read, where it is known. */; at?: number }) {
  const router = useRouter();
  const [isStarting, setStarting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function resume() {
    setStarting(true);
    setProblem(null);
    try {
      const outcome = await resumeVerificationAction(alias, run);
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
      <Button variant="primary" icon="play" onClick={resume} disabled={isStarting}>
        {isStarting ? 'Starting' : at === undefined ? 'Resume' : `Resume at ${formatCount(at)}`}
      </Button>
    </>
  );
}
