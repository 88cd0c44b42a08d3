'use client';
import { startResourceCheckAction } from '@/features/verification/actions';
import { StartRunButton } from './start-run-button';

type Props = { alias: string; resource: { type: string; id: string }; label: string; isQuiet?: boolean };

/** Starts the check of one resource, and leads to it. */
export function VerifyResourceButton({ alias, resource, label, isQuiet = false }: Props) {
  return <StartRunButton alias={alias} label={label} variant={isQuiet ? 'default' : 'primary'} onStart={() => startResourceCheckAction(alias, resource)} />;
}
