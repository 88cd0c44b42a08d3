'use client';
import { useEffect, useReducer } from 'react';
import { readNdjson } from '@/lib/ndjson';
import { type RunProgress, reduceRun } from '../progress';
import { hasEnded, type RunMessage, runMessage } from '../schema';

const RETRY_MS = 2000;

/**
 * How a run is, live. Begins with what the page came with, so that nothing jumps; connects again after a cut (a restart of the server, a laptop that slept) and stops
 * when the run has ended. Leaving the page stops only the looking.
 */
export function useRun(first: Extract<RunMessage, { type: 'run' }>): RunProgress {
  const [progress, tell] = useReducer(reduceRun, first, (message) => reduceRun(null, message));
  const run = first.run;
  const isOver = hasEnded(first.state);
  useEffect(() => {
    if (isOver) return;
    const leave = new AbortController();
    void follow(run, leave.signal, tell);
    return () => leave.abort();
  }, [run, isOver]);
  return progress as RunProgress; // null only before the first message, which came with the page
}

async function follow(run: number, signal: AbortSignal, tell: (message: RunMessage) => void) {
  while (!signal.aborted) {
    try {
      const response = await fetch(`/api/v1/runs/${run}`, { signal, cache: 'no-store' });
      if (response.status === 401 || response.status === 404) return; // signed out meanwhile: the next click leads to the sign-in
      for await (const line of readNdjson(response)) {
        const message = runMessage.parse(line);
        tell(message);
        if (message.type === 'run' && hasEnded(message.state)) return;
      }
    } catch {
      if (signal.aborted) return;
      tell({ type: 'away' });
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
