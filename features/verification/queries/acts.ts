import { ACT_ACTIONS, type ActAction } from '@/core/act';
import { COPY_COLUMNS, CopyReader } from '@/core/copy-row';
import type { StoredRow } from '@/core/event';
import type { Filter } from '@/core/filter';
import { rowFromCopy } from '@/core/row-from-copy';
import { STATE_ACTIONS } from '@/core/state-judge';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';

/** What a verification itself looks up by its action: a row hidden from that would be an act that nobody knows of, so each is counted in the stream as well. */
export const lookedUp: Filter = { in: ['action', [...ACT_ACTIONS, ...STATE_ACTIONS, 'verification.finished']] };

/** Every act of the trail, or those of some actions, in the order of seq: looked up in the whole of it, not in a range (SPEC §8). What is no act of ours excuses nothing, so each is judged by who takes it. */
export async function* streamActs(snapshot: Snapshot, trailId: TrailId, actions: readonly ActAction[] = ACT_ACTIONS): AsyncGenerator<StoredRow> {
  const reader = new CopyReader();
  const list = actions.map((action) => `'${action}'`).join(', ');
  const query = `select ${COPY_COLUMNS.join(', ')} from event_view where trail_id = ${trailId} and action in (${list}) order by seq, recorded_at`;
  for await (const chunk of snapshot.copy(query)) {
    reader.push(chunk);
    for (let row = reader.next(); row !== null; row = reader.next()) yield rowFromCopy(row);
  }
  reader.end();
}
