import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import type { FiguresAway } from '../event-model';
import { mayLackEvents } from './may-lack';

/** Says of figures that count no event which is archived or disposed of that they do not: those that come from rows alone, where acts of the trail say that there may be some. */
export async function sayAway<Figures extends FiguresAway>(tx: Tx, trailId: TrailId, figures: Figures): Promise<Figures> {
  return figures.withAway || !(await mayLackEvents(tx, trailId)) ? figures : { ...figures, withoutAway: true };
}
