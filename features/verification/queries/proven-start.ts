import 'server-only';
import { and, desc, eq } from 'drizzle-orm';
import type { EventRow } from '@/core/event';
import { canBeOfCaller } from '@/core/finding';
import { isJsonObject, parseJson } from '@/core/json';
import { eventView as e } from '@/db/schema/audit-event';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction, type Tx } from '@/db/transaction';
import { getCheckpoint } from '@/features/sealing/prove';
import { lookAtFound } from '@/features/trail/found-file';
import { isAfter } from '@/features/trail/made-good';
import { confirmEvents, type Outside, readOutside } from '@/features/trail/queries/confirm-events';
import { AppError } from '@/lib/errors';
import { lookAtUntold } from '../untold-file';
import { mayBeClosed } from './closed-gaps';
import { longestChain } from './longest-chain';

type Trail = { trailId: TrailId; origin: string };
type Told = {
  seq: number;
  at: string;
  runId: number;
  from: number;
  to: number;
  size: number;
  root: string;
  isGood: boolean;
  isKeysGiven: boolean;
  isOfCaller: boolean;
};

const LOOKED_AT = 1000;
/** Lost before it reached us, or signed by a new key: the events that are here hold. */
const NOT_OF_EVENTS = new Set(['SOURCE_GAP', 'KEY_ROTATED']);
const isBesideEvents = (counts: Readonly<Record<string, unknown>>) => Object.keys(counts).every((code) => NOT_OF_EVENTS.has(code));

/**
 * Where a run may go on: the size of the largest checkpoint that verifications have led to without a hole, from event 0 on. Rows of runs are not asked: what counts is
 * the event `verification.finished`, hashed again and led to a signed root, and that its own size and root were signed. Since a run that found something, all is read
 * again, be it that its event or the file beside the database tells of it, one that cannot be read too; since one that missed numbers of a source, as soon as one of them may have come;
 * and since one that was stopped before it could tell what it had found, or of which nobody can read what that was.
 * @returns from 0 where there is none; `run`: which one got so far
 */
export async function getProvenStart(trail: Trail): Promise<{ from: number; run: number | null }> {
  const { found: files, unread, isClosed } = lookAtFound(trail.origin);
  const stopped = lookAtUntold(trail);
  if (stopped.untold.length > 0 || stopped.unread.length > 0 || unread.length > 0 || isClosed) return { from: 0, run: null };
  if (await mayBeClosed(trail.trailId, files)) return { from: 0, run: null };
  const found = files.filter(({ counts }) => !isBesideEvents(counts));
  const told = await listTold(trail);
  const broken = told.findIndex(({ isGood }) => !isGood); // newest first
  const since = (broken < 0 ? told : told.slice(0, broken)).filter((one) => found.every((file) => isAfter(one, file)));
  const good = since.filter(({ size, from }) => size > from);
  const unproven = new Set<Told>();
  for (;;) {
    const chain = longestChain(good.filter((one) => !unproven.has(one)));
    if (chain.length === 0) return { from: 0, run: null };
    const before = unproven.size;
    for (const one of chain) {
      const answer = await prove(trail, one);
      if (answer === 'altered') return { from: 0, run: null }; // nobody knows what it said
      if (answer === 'unproven') unproven.add(one);
    }
    const last = chain.at(-1) as Told;
    if (unproven.size === before) return { from: last.size, run: last.runId };
  }
}

const listTold = (trail: Trail): Promise<Told[]> => {
  const outside = readOutside(trail.origin);
  return readTransaction(scopeOf(trail.trailId), async (tx) => {
    const rows = await tx
      .select({ seq: e.seq, recordedAt: e.recordedAt, resourceId: e.resourceId, details: e.details })
      .from(e)
      .where(and(eq(e.trailId, trail.trailId), eq(e.action, 'verification.finished')))
      .orderBy(desc(e.occurredAt), desc(e.seq))
      .limit(LOOKED_AT);
    const all = rows.sort((a, b) => b.seq - a.seq).flatMap((row) => toldOf(row) ?? []);
    const own: Told[] = [];
    for (const one of all) {
      const isNews = !one.isGood && (!one.isOfCaller || !(await isOurs(tx, trail, outside, one.seq)));
      if (!one.isKeysGiven || isNews) own.push(one);
    }
    return own;
  });
};

/** What was not found with keys and notes that a caller brought says nothing here, nor what was found where it can lie in these; bad news is left out only where its event is one of ours. */
const isOurs = async (tx: Tx, trail: Trail, outside: Outside, seq: number): Promise<boolean> =>
  (await confirmEvents(tx, trail, outside, [seq])).confirmed.has(seq);

/** Null where it tells of nothing that reached a signed size: cancelled half-way, not covered, of a time before the first seal. */
function toldOf({ seq, recordedAt, resourceId, details }: Pick<EventRow, 'seq' | 'recordedAt' | 'resourceId' | 'details'>): Told | null {
  const parsed = parseJson(details);
  if (!parsed.ok || !isJsonObject(parsed.value)) return null;
  const { from, to, size, root, state, counts, keys_given, keys_ours, waited } = parsed.value;
  const isGood = state === 'holds' || state === 'consistent' || (state === 'broken' && isJsonObject(counts) && isBesideEvents(counts));
  if (!isGood && state !== 'broken') return null;
  const isRange = Number.isSafeInteger(from) && Number.isSafeInteger(to);
  const isSigned = Number.isSafeInteger(size) && typeof root === 'string';
  // told late, it may have been found before what was told earlier: bad news counts, and nothing goes on from good news
  if (isGood && (!isRange || !isSigned || waited === true)) return null;
  const signed = { size: isSigned ? Number(size) : 0, root: String(root) };
  return {
    seq,
    at: recordedAt,
    runId: Number(resourceId),
    from: Number(from),
    to: Number(to),
    ...signed,
    isGood,
    isKeysGiven: keys_given === true,
    isOfCaller: isJsonObject(counts) && canBeOfCaller(counts, keys_ours === true),
  };
}

/** Sealed, which an event that waits for its signature is not yet: its range would be read again anyway. */
async function prove(trail: Trail, { seq, runId, from, to, size, root }: Told): Promise<'proven' | 'unproven' | 'altered'> {
  if (size > to) return 'unproven';
  const outside = readOutside(trail.origin);
  const { confirmed, altered } = await readTransaction(scopeOf(trail.trailId), (tx) => confirmEvents(tx, trail, outside, [seq]));
  const found = confirmed.get(seq);
  if (altered.length > 0) return 'altered';
  if (found?.by !== 'root') return 'unproven'; // or the tree is at fault: the next full run says so
  const said = toldOf(found.row);
  if (!said?.isGood || said.runId !== runId || said.from !== from || said.to !== to || said.size !== size || said.root !== root) return 'unproven';
  try {
    return (await getCheckpoint(trail, size)).root.toString('hex') === root ? 'proven' : 'unproven';
  } catch (cause) {
    if (cause instanceof AppError) return 'unproven';
    throw cause;
  }
}
