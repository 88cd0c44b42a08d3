import 'server-only';
import { openCheckpoint } from '@/core/checkpoint';
import { checkpointFileAtMs, readCheckpointFile } from '@/features/sealing/checkpoint-file';
import { ownVkeys } from '@/features/sealing/log-key';
import { GUARD_MISSING, openGuard, signedAtMs } from '@/features/trail/guard-file';
import { AppError } from '@/lib/errors';
import { formatCount } from '@/lib/format';
import { nowText } from '@/lib/time';
import type { Anchor } from './anchor';

/** Both files of this machine, and that nothing outside it vouches for the trail. */
export function readAnchors(origin: string): Anchor[] {
  const { guard, ...unread } = openGuard(origin);
  const signed = guard === null || guard === 'missing' ? 0 : guard.size;
  return [
    {
      where: 'Guard file, beside the key',
      defeats: 'an old database put back, a second history signed',
      last: lastOf(signedAtMs(origin), signed),
      failure: guard === 'missing' ? GUARD_MISSING : 'reason' in unread ? unread.reason : null,
    },
    { where: 'Checkpoint file of this machine', defeats: 'rows rewritten with all hashes and tiles', ...readFile(origin, signed) },
    { where: 'Outside this machine', defeats: 'whoever holds both the database and the keys', last: null, failure: 'none is set up yet' },
  ];
}

function readFile(origin: string, signed: number): Pick<Anchor, 'last' | 'failure'> {
  try {
    const note = readCheckpointFile(origin);
    if (note === null) return { last: null, failure: signed === 0 ? null : 'the file is gone; the next signature writes it again' };
    const opened = openCheckpoint(note, ownVkeys(origin), origin);
    if (!opened.ok) return { last: null, failure: `the note in it does not open under the key of the trail (${opened.error})` };
    const { size } = opened.checkpoint;
    const isBehind = size < signed;
    return { last: lastOf(checkpointFileAtMs(origin), size), failure: isBehind ? `behind the guard file, which says ${formatCount(signed)} events` : null };
  } catch (cause) {
    if (cause instanceof AppError) return { last: null, failure: `${cause.code}: ${cause.hint ?? 'it cannot be opened'}` };
    throw cause;
  }
}

const lastOf = (atMs: number | null, size: number): Anchor['last'] => (atMs === null || size === 0 ? null : { at: nowText(atMs), size });
