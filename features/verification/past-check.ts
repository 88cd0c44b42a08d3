import { formatCount, plural } from '@/lib/format';
import type { PastHead } from './past-run';
import type { ResourceParams, ResourceResult } from './resource-schema';

/** The check of one resource in the list of runs. Isomorphic. */
export type PastCheck = PastHead & {
  asked: ResourceParams;
  /** Null until it ended, and where it ended by a fault. */
  result: ResourceResult | null;
};

/** What the list says of it. */
export function checkText({ state, result, error }: PastCheck): string {
  if (state === 'queued') return 'Waiting for its turn';
  if (state === 'running') return 'Checking';
  if (state === 'interrupted') return 'Interrupted, can be taken up again';
  if (state === 'failed') return `Could not check: ${error ?? 'fault'}. Nothing is said of the log`;
  if (!result) return 'Cancelled before the first event';
  const { checked, proven, unsealed, findings } = result;
  if (findings > 0 && result.state === 'broken') return `Broken: ${plural(findings, 'finding')} in ${plural(checked, 'event')}`;
  if (state === 'cancelled') return `Cancelled after ${plural(checked, 'event')}`;
  if (checked === 0) return 'No event was there to check';
  if (proven === 0 && unsealed > 0) return `${plural(unsealed, 'event')}, not yet sealed`;
  const tail = unsealed === 0 ? '' : `, ${formatCount(unsealed)} not yet sealed`;
  return `${plural(proven, 'event')} ${proven === 1 ? 'is' : 'are'} as signed${tail}${findings > 0 ? '; new key' : ''}`;
}
