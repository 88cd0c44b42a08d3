import type { KnownNote } from '@/core/known-notes';
import type { Guard } from '@/core/signer-guard';
import type { Vkey } from '@/core/vkey';
import { type Scope, scopeOf, type TrailId } from '@/db/scope';
import { readTransaction, sqlOf } from '@/db/transaction';
import { readSecret } from '@/lib/home';
import { aliasOf, readGuard } from '../../trail/guard-file';
import { listRotationNotes, readCheckpointFile } from '../checkpoint-file';
import { ownVkeys } from '../log-key';

/** What a verification holds the rows against (SPEC §7): the keys it trusts, and every checkpoint known outside the database and in it. */
export type KnownSeals = { vkeys: Vkey[]; notes: KnownNote[]; guard: Guard | null };

const NEWEST = 64;
const SPREAD = 256;

/**
 * Read it before the snapshot of the rows, or a seal that is made meanwhile would reach further than they do. The keys come from their files, never from the database,
 * and are read last: a rotation that goes on meanwhile leaves no note without its key.
 * Of the checkpoints in the database those are taken that tell most: the newest, and some evenly over all sizes; each is one hash more to compare.
 * @throws AppError KEY_MISSING where something is signed and the key file is gone
 */
export async function getKnownSeals({ trailId, origin }: { trailId: TrailId; origin: string }): Promise<KnownSeals> {
  const guard = readGuard(origin);
  const file = readCheckpointFile(origin);
  const rows = await listNotes(scopeOf(trailId), trailId);
  const files = [...(file === null ? [] : [file]), ...listRotationNotes(origin)];
  const notes = [...files.map((note) => ({ note, isOutside: true })), ...rows.map((note) => ({ note, isOutside: false }))];
  const isSigned = notes.length > 0 || (guard !== null && guard !== 'missing' && guard.size > 0);
  return {
    vkeys: isSigned || readSecret(`${aliasOf(origin)}.key`) ? ownVkeys(origin) : [],
    notes,
    guard: guard === null || guard === 'missing' || guard.size === 0 ? null : guard,
  };
}

async function listNotes(scope: Scope, trailId: TrailId): Promise<string[]> {
  const rows = await readTransaction(scope, (tx) =>
    sqlOf(tx).unsafe<{ note: string }[]>(
      `select note from (
         select note, size, row_number() over (order by size desc, root) as newest,
           row_number() over (order by size, root) as n, count(*) over () as total
         from checkpoint_view where trail_id = $1) c
       where newest <= ${NEWEST} or total <= ${SPREAD} or n % greatest(1, total / ${SPREAD}) = 0`,
      [trailId],
    ),
  );
  return rows.map(({ note }) => note);
}
