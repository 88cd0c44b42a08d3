import 'server-only';
import { requireTrail } from '@/features/access/loaders';
import type { AbsentEvent } from './absent-event';
import { getAbsentEvent } from './queries/absent-event';

/** Of a number that was given and that no row bears. */
export async function loadAbsentEvent(alias: string, seq: number): Promise<AbsentEvent> {
  const { trail } = await requireTrail(alias);
  return getAbsentEvent(trail, seq);
}
