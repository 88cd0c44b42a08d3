import 'server-only';
import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { run, runKey } from '@/db/schema/run';
import { trail } from '@/db/schema/trail';
import type { Tx } from '@/db/transaction';
import { appClock } from '@/features/trail/mutations/batch-clock';
import { ownOrigin } from '@/features/trail/mutations/record-act';
import { keepWaiting, listWaiting, newActId, type WaitingAct } from '@/features/trail/waiting-acts';
import { AppError } from '@/lib/errors';
import { isDiskFull } from '@/lib/files';

const asked = (name: string) => sql<string | null>`${run.params} #>> ${sql.raw(`'{${name}}'`)}`;

/**
 * An import that was begun and ends as cancelled without its own work (it was held or interrupted, or its process is gone) has brought in events all the same: its
 * `import.finished` is kept, to be told with the row, by what was written of its progress last. Where a try of it has kept one already, that is the one. Any other run: nothing.
 * @param tx as the app, behind the statement that ended the row: killed before the commit, the act waits for the row's end
 * @throws AppError DISK_FULL: it is not stopped where nothing could tell of it
 */
export async function keepStoppedImport(tx: Tx, runId: number): Promise<void> {
  const [row] = await tx
    .select({
      ...{ key: runKey, origin: trail.origin, counts: run.counts, startedBy: run.startedBy },
      ...{ format: asked('settings,format'), source: asked('settings,source'), spool: asked('spool') },
      files: sql<number | null>`jsonb_array_length(${run.params} -> 'files')`,
    })
    .from(run)
    .innerJoin(trail, eq(trail.trailId, run.trailId))
    .where(and(eq(run.runId, runId), eq(run.kind, 'import'), eq(run.state, 'cancelled'), isNotNull(run.startedAt)));
  if (!row) return;
  const { read = 0, appended = 0, duplicates = 0, rejected = 0, skipped = 0 } = row.counts;
  const own = listWaiting().find((act) => act.action === 'import.finished' && act.run?.id === runId && act.run.key === row.key);
  const id = own?.id ?? newActId();
  if (!own)
    keep({
      v: 1,
      id,
      origin: ownOrigin(),
      action: 'import.finished',
      occurredAt: appClock(),
      actor: row.startedBy === null ? 'system' : { userId: row.startedBy },
      resourceType: 'trail',
      resourceId: row.origin,
      outcome: 'failure',
      details: {
        ...{ run: runId, state: 'cancelled', format: row.format, source: row.source, door: row.spool === null ? 'command line' : 'upload' },
        ...{ read, appended, duplicates, rejected, skipped, files_total: row.files ?? 0 },
      },
      run: { id: runId, key: row.key, link: 'ended' },
    });
  await tx
    .update(run)
    .set({ result: sql`coalesce(${run.result}, '{}') || ${JSON.stringify({ act: id })}::text::jsonb` })
    .where(eq(run.runId, runId));
}

function keep(act: WaitingAct): void {
  try {
    keepWaiting(act);
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    throw new AppError('DISK_FULL', {
      cause,
      hint: 'There is no room in INDELIBLE_HOME to keep what tells that the import was stopped. Make room and stop it again.',
    });
  }
}
