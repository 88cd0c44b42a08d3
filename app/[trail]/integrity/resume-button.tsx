'use client';
import { resumeVerificationAction } from '@/features/verification/actions';
import { formatCount } from '@/lib/format';
import { StartRunButton } from './start-run-button';

/** Takes up a run that was stopped, and leads to the one that goes on. */
export function ResumeButton({ alias, run, at }: { alias: string; run: number /** The first event that is read, where it is known. */; at?: number }) {
  const label = at === undefined ? 'Resume' : `Resume at ${formatCount(at)}`;
  return <StartRunButton alias={alias} label={label} variant="primary" onStart={() => resumeVerificationAction(alias, run)} />;
}
