'use client';
import { BundleRunView } from '@/features/evidence/components/bundle-run-view';
import type { RunLine } from '@/features/evidence/prepare';
import { type FirstMessage, useLiveRun } from '../use-live-run';

type Props = { alias: string; first: FirstMessage; line: RunLine; mayMake: boolean };

/** A bundle as it is made; when it is there, the list below has it. */
export function EvidenceLive({ alias, first, line, mayMake }: Props) {
  const { run, onStop } = useLiveRun(first, mayMake);
  return <BundleRunView alias={alias} run={run} line={line} onStop={onStop} mayMake={mayMake} />;
}
