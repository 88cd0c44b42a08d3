import 'server-only';
import { vkeyWords } from '@/core/vkey-words';
import { findAccess, requireTrails } from '@/features/access/loaders';
import { aliasOf } from '@/features/trail/epoch-name';
import type { EventProofAnswer } from '@/features/trail/event-proof-answer';
import { recordActNow } from '@/features/trail/mutations/record-act';
import { readSealFiles } from '@/features/trail/seal-state';
import { AppError } from '@/lib/errors';
import { nowText } from '@/lib/time';
import { vkeyTextOf } from './log-key';
import { getCheckpoint, proveInclusion } from './prove';

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

/** The key that signs for each trail now; null where its file is not on this machine. */
export async function loadTrailKeys(): Promise<{ alias: string; vkey: string | null }[]> {
  const vkeyOf = (origin: string) => {
    try {
      return vkeyTextOf(origin);
    } catch (cause) {
      if (cause instanceof AppError) return null;
      throw cause;
    }
  };
  return (await requireTrails()).map(({ trail }) => ({ alias: trail.alias, vkey: vkeyOf(trail.origin) }));
}

/** For the browser that checks one event: its proof against the newest checkpoint, from tiles alone, or how it stands. */
export async function loadEventProof(alias: string, seqText: string | null): Promise<{ ok: true; answer: EventProofAnswer } | Refused> {
  const access = await findAccess(alias);
  if (access === 'signed out') return SIGNED_OUT;
  if (access === 'no such trail') return UNKNOWN;
  if (seqText === null || !/^(0|[1-9]\d{0,14})$/.test(seqText))
    return { ok: false, status: 400, code: 'SEQ', hint: 'seq is the number of an event, in digits' };
  const { trail } = access;
  const seq = Number(seqText);
  if (seq >= readSealFiles(trail.origin).sealedSize) return { ok: true, answer: { state: 'waiting', now: nowText() } };
  try {
    const { size, note } = await getCheckpoint(trail);
    const { hashes } = await proveInclusion(trail, seq, size);
    const vkey = vkeyTextOf(trail.origin);
    return { ok: true, answer: { state: 'sealed', hashes: hashes.map((hash) => hash.toString('hex')), note, vkey, words: vkeyWords(vkey) } };
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    // the guard is on disk a moment before the note that it stands for
    if (cause.code === 'SEQ_NOT_SEALED') return { ok: true, answer: { state: 'waiting', now: nowText() } };
    const state = cause.code === 'KEY_MISSING' || cause.code === 'KEY_UNREAD' ? 'keyless' : 'broken';
    return { ok: true, answer: { state, code: cause.code, hint: cause.hint ?? '' } };
  }
}
