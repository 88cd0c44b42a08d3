import 'server-only';
import { requireTrail } from '@/features/access/loaders';
import type { Absence, AbsentNeighbour } from '@/features/trail/event-model';
import { type AbsentEvent, absenceOf } from './absent-event';
import { getAbsentEvent } from './queries/absent-event';

/** Of a number that was given and that no row bears. */
export async function loadAbsentEvent(alias: string, seq: number): Promise<AbsentEvent> {
  const { trail } = await requireTrail(alias);
  return getAbsentEvent(trail, seq);
}

/** The numbers beside an event that no row bears, in a word. */
export async function loadAbsentBeside(
  alias: string,
  { absentPrevious, absentNext }: { absentPrevious: AbsentNeighbour | null; absentNext: AbsentNeighbour | null },
): Promise<{ previous: Absence | null; next: Absence | null }> {
  const { trail } = await requireTrail(alias);
  const of = async (one: AbsentNeighbour | null) => one && absenceOf(await getAbsentEvent(trail, one.seq));
  return { previous: await of(absentPrevious), next: await of(absentNext) };
}
