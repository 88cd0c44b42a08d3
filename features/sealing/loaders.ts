import 'server-only';
import { findAccess } from '@/features/access/loaders';
import { aliasOf } from '@/features/trail/guard-file';
import { recordActNow } from '@/features/trail/mutations/record-act';
import { AppError } from '@/lib/errors';
import { getCheckpoint } from './prove';

type Refused = { ok: false; status: number; code: string; hint: string };
type Who = { ip: string | null; userAgent: string | null };

const SIGNED_OUT: Refused = { ok: false, status: 401, code: 'SIGNED_OUT', hint: 'sign in first' };
const UNKNOWN: Refused = { ok: false, status: 404, code: 'TRAIL_UNKNOWN', hint: 'there is no such trail' };

/** For the route that hands a checkpoint out: the newest, or that of a size. `checkpoint.downloaded` is recorded before the first byte. */
export async function openCheckpointDownload(
  alias: string,
  sizeText: string | null,
  who: Who,
): Promise<{ ok: true; fileName: string; note: string } | Refused> {
  const access = await findAccess(alias);
  if (access === 'signed out') return SIGNED_OUT;
  if (access === 'no such trail') return UNKNOWN;
  if (sizeText !== null && !/^[1-9]\d{0,14}$/.test(sizeText)) return { ok: false, status: 400, code: 'SIZE', hint: 'size is a number of events, in digits' };
  const { session, trail } = access;
  try {
    const { size, root, note } = await getCheckpoint(trail, sizeText === null ? undefined : Number(sizeText));
    await recordActNow({
      action: 'checkpoint.downloaded',
      actor: { userId: session.userId, isAdmin: session.role === 'admin' },
      resourceType: 'trail',
      resourceId: trail.origin,
      details: { size, root: root.toString('hex') },
      ...who,
    });
    return { ok: true, fileName: `${aliasOf(trail.origin)}-${size}.checkpoint`, note };
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'CHECKPOINT_NONE') return { ok: false, status: 404, code: cause.code, hint: cause.hint ?? '' };
    if (cause instanceof AppError) return { ok: false, status: 409, code: cause.code, hint: cause.hint ?? '' };
    throw cause;
  }
}
