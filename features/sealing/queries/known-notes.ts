import type { KnownNote } from '@/core/known-notes';
import type { Guard } from '@/core/signer-guard';
import type { Vkey } from '@/core/vkey';
import type { Snapshot } from '@/db/copy-out';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction, sqlOf, type Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { aliasOf } from '../../trail/epoch-name';
import { openGuard } from '../../trail/guard-file';
import { isSeedMissing } from '../../trail/log-seed';
import { listRotationIds, readCheckpointFile, readRotationNote } from '../checkpoint-file';
import { ownVkeys } from '../log-key';

/** What a verification holds the rows against (SPEC §7): the keys it trusts, and every checkpoint known outside the database and in it. */
export type KnownSeals = {
  vkeys: Vkey[];
  notes: KnownNote[];
  guard: Guard | null;
  /** The largest size that the database lists: what is signed above it may be by a key that is newer. */
  listedTo: number;
};

const NEWEST = 64;
const SPREAD = 256;
const NOTES = `select size, note from (
    select note, size, row_number() over (order by size desc, root) as newest, row_number() over (order by size, root) as n, count(*) over () as total
    from checkpoint_view where trail_id = $1) c
  where newest <= ${NEWEST} or total <= ${SPREAD} or n % greatest(1, total / ${SPREAD}) = 0`;

/**
 * Read it before the snapshot of the rows, or a seal that is made meanwhile would reach further than they do. The keys come from their files, never from the database,
 * and are read last: a rotation that goes on meanwhile leaves no note without its key.
 * Of the checkpoints in the database those are taken that tell most before a row is read: the newest, and some evenly over all sizes. The walk comes by all of them (listed-checkpoints.ts).
 * @throws AppError KEY_MISSING where something is signed and the key file is gone, KEY_UNREAD, GUARD_UNREAD, CHECKPOINT_UNREAD
 */
export async function getKnownSeals(trail: { trailId: TrailId; origin: string }): Promise<KnownSeals> {
  const addRows = readSealsBefore(trail);
  return readTransaction(scopeOf(trail.trailId), addRows);
}

/** The same in two steps, for who fixes the state of the rows himself: what stands outside the database first. @returns adds what the state of `tx` has, in which the rows are read too */
export function readSealsBefore({ trailId, origin }: { trailId: TrailId; origin: string }): (tx: Tx) => Promise<KnownSeals> {
  const { guard, notes: files } = readFiles(origin);
  return async (tx) => {
    const listed = await listDatabaseNotes((text, values) => sqlOf(tx).unsafe(text, values as never[]), trailId);
    const notes = [...files, ...listed];
    return { vkeys: keysOf(origin, notes, guard), notes, guard, listedTo: Math.max(0, ...listed.map(({ size }) => size)) };
  };
}

/** The same from outside the database alone: what an event is proven under. @throws AppError KEY_MISSING, KEY_UNREAD, GUARD_UNREAD, CHECKPOINT_UNREAD */
export function readOutsideSeals({ origin }: { origin: string }): KnownSeals {
  const { guard, notes } = readFiles(origin);
  return { vkeys: keysOf(origin, notes, guard), notes, guard, listedTo: 0 };
}

/**
 * Of the checkpoints in the database those that tell most, whoever signed them.
 * @param query where the tiles are read as well, so that none is of a seal that was made meanwhile
 */
export const listDatabaseNotes = async (query: Snapshot['query'], trailId: TrailId): Promise<(KnownNote & { size: number })[]> =>
  (await query<{ size: number; note: string }>(NOTES, [trailId])).map(({ size, note }) => ({ size: Number(size), note, isOutside: false }));

function readFiles(origin: string): Pick<KnownSeals, 'notes' | 'guard'> {
  const opened = openGuard(origin);
  if (opened.guard === null && opened.isUnread)
    throw new AppError('GUARD_UNREAD', { hint: `${origin}: ${opened.reason}. Give the file back to the user that Indelible runs as` });
  const { guard } = opened;
  const files = readNotes(origin);
  return {
    notes: files.map((note) => ({ note, isOutside: true })),
    guard: guard === null || guard === 'missing' || guard.size === 0 ? null : guard,
  };
}

/** Left out, one would take from the run what it is to hold the rows against. @throws AppError CHECKPOINT_UNREAD */
function readNotes(origin: string): string[] {
  const attempt = <T>(what: string, read: () => T): T => {
    try {
      return read();
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const hint = `${origin}: ${what} of INDELIBLE_HOME cannot be read (${code}), and what was signed is not all known without it: nothing is said of the events. Give it back to the user that Indelible runs as, or put it back from a backup, and verify again`;
      throw new AppError('CHECKPOINT_UNREAD', { cause, hint });
    }
  };
  const alias = aliasOf(origin);
  const newest = attempt(`the file checkpoints/${alias}`, () => readCheckpointFile(origin));
  const ids = attempt('the folder checkpoints', () => listRotationIds(origin));
  const rotated = ids.map((keyId) => attempt(`the file checkpoints/${alias}.${keyId}`, () => readRotationNote(origin, keyId)));
  return [newest, ...rotated].filter((note) => note !== null);
}

// read last: see above
const keysOf = (origin: string, notes: readonly KnownNote[], guard: Guard | null): Vkey[] =>
  notes.length > 0 || guard !== null || !isSeedMissing(origin) ? ownVkeys(origin) : [];
