// One step of the sealer (SPEC §5 and §6), off the write path. In this order, so that a kill between any two of them loses nothing and signs nothing twice:
//
//   1 guard ─ head, its MAC ─ rows from the guard's size on, each parsed and hashed again, up to the event that this head names
//   2 tiles                        committed: they may reach further than what is signed, never less far
//   3 consistency proof from those tiles ─ guard file, fsynced
//   4 signature ─ local checkpoint file, fsynced
//   5 checkpoint row
//   6 figures of each block of 65,536 events that is full now
//
// A long way to the head is gone in steps (grow-tree.ts), and a kill begins it anew: of rows that are not bound to a head nothing is stored or signed, or a forged backlog
// would have a signature before it meets the head, and no way back. A step begins by finishing 4 and 5 for the size that the guard names: the key is deterministic, so the note is the same to the byte. A key's rotation is part of the
// same order (rotation.ts).
import { BLOCK_EVENTS } from '@/core/block-counts';
import { checkpointText, signCheckpoint } from '@/core/checkpoint';
import { type Guard, judgeSignature } from '@/core/signer-guard';
import { consistencyProof } from '@/core/tile-proof';
import { keyIdOf, type LogKey } from '@/core/vkey';
import { openSnapshot, type Snapshot } from '@/db/copy-out';
import { runtime } from '@/db/runtime';
import { scopeOf, type TrailId } from '@/db/scope';
import { GUARD_MISSING, noteSealerMoves, openGuard, writeGuard } from '@/features/trail/guard-file';
import { isMadeHere, seedFault } from '@/features/trail/log-seed';
import { appClock } from '@/features/trail/mutations/batch-clock';
import { appendedOf, committedHead } from '@/features/trail/mutations/committed';
import { getEventBefore } from '@/features/trail/queries/walk-rows';
import { clearRefusal, readRefusal, type StandingRefusal, writeRefusal } from '@/features/trail/refusal-file';
import type { AppError } from '@/lib/errors';
import { log } from '@/lib/log';
import { keepRotationNote, readCheckpointFile, readRotationNote, writeCheckpointFile } from '../checkpoint-file';
import { logKeyOf, switchKey } from '../log-key';
import { whyNoEpoch, whyUnfinished } from '../queries/epoch-due';
import { getHead } from '../queries/head';
import { judgeSigned } from '../queries/judge-signed';
import { tilesOf } from '../queries/tiles';
import { withSealingLock } from '../sealing-lock';
import { countBlocks } from './count-blocks';
import { closeWalk, forgetWalk, type Head, isOurHead, keepTree, keepWalk, STEP_EVENTS, stepWalk, type TreeWalk, takeWalk } from './grow-tree';
import { judgeAppended } from './judge-appended';
import { isBySuccessorToo, openRotation, type Rotation } from './rotation';
import { settleAdoption } from './tell-adoption';
import { tellDue } from './tell-due';
import { insertCheckpoint, writeTiles } from './write-seal';

export type SealedTrail = { trailId: TrailId; origin: string };

/**
 * `size` events are sealed, `added` of them by this step. `isWhole`: the head of this moment is reached, and nothing is left to do; where it is not and nothing was added, the
 * step was one on the way. A refusal stops appends until a later step signs or finds nothing to sign.
 * `rotationWaits`: why a rotation that is under way could not begin.
 */
export type SealOutcome = { ok: true; size: number; added: number; isWhole: boolean; rotationWaits?: AppError } | { ok: false; reason: string };

/**
 * Goes on with sealing what a trail's head holds, by one step of at most 65,536 events. Safe in many processes at once.
 * @throws a fault of the database, which is no refusal
 */
export const sealStep = (trail: SealedTrail, signal?: AbortSignal): Promise<SealOutcome> => withSealingLock(trail.origin, () => oneStep(trail, false), signal);

async function oneStep(trail: SealedTrail, isAsked: boolean): Promise<SealOutcome> {
  settleOrLeave(trail.origin);
  const refused = readRefusal(trail.origin);
  const fault = seedFault(trail.origin) ?? (isAsked ? null : await whyUnfinished(trail));
  const rotation = fault === null ? await openRotation(trail) : null;
  const outcome: SealOutcome = fault === null ? await seal(trail, rotation, refused) : { ok: false, reason: fault };
  if (!outcome.ok) {
    await forgetWalk(trail.origin); // to a head that may be no more: it would hold its disk
    const known = await committedHead(trail.trailId);
    // a row that somebody else wrote has no files, none are made for it, as a trail of that name may be made later, and nothing was appended to it here
    if (known || isMadeHere(trail.origin))
      writeRefusal(trail.origin, { since: appClock(), reason: outcome.reason, ...(known && { known: [appendedOf(known)] }) });
    return outcome;
  }
  if (isOnTheWay(outcome)) return outcome;
  if (isBySuccessorToo(rotation, outcome.size)) switchKey(trail.origin);
  // also by a process that never knew of what others refused for: what they knew was found
  if (refused)
    log.warn(
      { origin: trail.origin, since: refused.since, reason: refused.reason, known: refused.known },
      'the signer refuses no longer: what it refused for is not found now',
    );
  clearRefusal(trail.origin, refused);
  await tellDue(trail);
  const isCounted = await countOnce(trail, outcome.size);
  const done = { ...outcome, isWhole: outcome.isWhole && isCounted };
  return rotation?.waits ? { ...done, rotationWaits: rotation.waits } : done;
}

/** Nothing was signed, and there is something to be signed: what was refused before may be refused again. */
const isOnTheWay = (outcome: SealOutcome): boolean => outcome.ok && outcome.added === 0 && !outcome.isWhole;

/** A file of an adoption that cannot be read is told of behind the seal, which it does not stop. */
function settleOrLeave(origin: string): void {
  try {
    settleAdoption(origin);
  } catch {}
}

/** Step 6, asked for again only when a block became full, and once by each process. @returns whether no block is left for the next step */
async function countOnce({ origin, trailId }: SealedTrail, size: number): Promise<boolean> {
  const { counted } = await memory();
  const full = Math.floor(size / BLOCK_EVENTS);
  if (full <= (counted.get(origin) ?? 0)) return true;
  const { next } = await countBlocks(trailId, size, counted.get(origin), BLOCKS_A_STEP);
  counted.set(origin, next);
  return next >= full;
}

const BLOCKS_A_STEP = 4;

/** Seals to the head of the moment it is reached. */
export const sealTrail = (trail: SealedTrail, signal?: AbortSignal): Promise<SealOutcome> => toHead(() => sealStep(trail, signal), signal);

/** The same of an epoch that a person says is to be, and so the trail before ended, by its first signature (queries/epoch-due.ts). Call it under the sealing lock. */
export const sealEpoch = (trail: SealedTrail): Promise<SealOutcome> => toHead(() => oneStep(trail, true));

async function toHead(step: () => Promise<SealOutcome>, signal?: AbortSignal): Promise<SealOutcome> {
  let added = 0;
  for (;;) {
    const outcome = await step();
    if (!outcome.ok) return outcome;
    added += outcome.added;
    if (outcome.isWhole || signal?.aborted) return { ...outcome, added };
  }
}

/** What this process remembers: the notes whose rows it has seen stored, and the blocks it knows to be counted; by origin. */
type Memory = { finished: Map<string, string>; counted: Map<string, number> };

// By database: a process may be pointed elsewhere.
const memories = new WeakMap<object, Memory>();

async function memory(): Promise<Memory> {
  const { db } = await runtime();
  const known = memories.get(db) ?? { finished: new Map(), counted: new Map() };
  memories.set(db, known);
  return known;
}

async function seal(trail: SealedTrail, rotation: Rotation | null, refused: StandingRefusal | null): Promise<SealOutcome> {
  const { origin, trailId } = trail;
  const scope = scopeOf(trailId);
  const refuse = (reason: string): SealOutcome => ({ ok: false, reason });
  const opened = openGuard(origin);
  if (opened.guard === null) return refuse(opened.reason);
  const { guard } = opened;
  if (guard === 'missing') return refuse(GUARD_MISSING);
  if (refused?.unsure) return refuse(refused.reason); // nobody can say what it knows
  await finishRelease(trail, guard, rotation);

  const known = { own: await committedHead(trailId), refused };
  const snapshot = await openSnapshot({ scope });
  try {
    const head = await getHead(snapshot, trailId);
    if (!isOurHead(origin, head)) return refuse('HEAD_FORGED: the MAC of the head row is not the one our key gives');
    if (head.nextSeq < guard.size) {
      return refuse(`${guard.size} events were signed, and the database has ${head.nextSeq}: events are gone, or an old database was restored`);
    }
    const lost = await judgeAppended(snapshot, trail, guard, head, known);
    if (lost !== null) return refuse(lost);
    if (head.nextSeq === guard.size) {
      await forgetWalk(origin); // to a head that is no more: it would hold its disk
      const before = guard.size > 0 ? await getEventBefore(snapshot, trailId, guard.size) : null;
      const fault = await judgeSigned(snapshot, trailId, guard, head, before?.eventHash ?? null);
      return fault === null ? { ok: true, size: guard.size, added: 0, isWhole: true } : refuse(fault);
    }

    const taken = await takeWalk(snapshot, trail, guard, head);
    if (!taken.ok) return taken;
    return await goOn(snapshot, trail, taken.walk, rotation, head);
  } finally {
    await snapshot.close();
  }
}

async function goOn(snapshot: Snapshot, trail: SealedTrail, walk: TreeWalk, rotation: Rotation | null, head: Head): Promise<SealOutcome> {
  const { origin, trailId } = trail;
  const { from: guard, growing } = walk;
  const onTheWay: SealOutcome = { ok: true, size: guard.size, added: 0, isWhole: false };
  let isKept = false;
  const keep = async () => {
    await keepWalk(origin, walk);
    isKept = true;
    // the last step to a head is not counted as read: the head of a later walk is always a little further
    noteSealerMoves(origin, guard.size, { read: walk.toStore === null ? growing.tree.size : 0, stored: walk.stored });
    return onTheWay;
  };
  try {
    if (walk.toStore === null) {
      const fault = await stepWalk(snapshot, trail, walk, Math.min(walk.head.nextSeq, growing.tree.size + STEP_EVENTS));
      if (fault !== null) return { ok: false, reason: fault };
      if (walk.toStore === null) return await keep();
    }
    for (let batches = 1; ; batches++) {
      const tiles = walk.toStore.next();
      if (tiles.done) break;
      await writeTiles(scopeOf(trailId), trailId, tiles.value);
      walk.stored++;
      if (batches === BATCHES_A_STEP) return await keep();
    }
    const size = growing.tree.size;
    const refusal = await release(trail, guard, { origin, size, root: growing.tree.rootBytes() }, walk.head.nextSeq, rotation);
    if (refusal) return { ok: false, reason: refusal };
    await keepTree(origin, walk);
    isKept = true;
    return { ok: true, size, added: size - guard.size, isWhole: size === head.nextSeq };
  } finally {
    if (!isKept) closeWalk(walk);
  }
}

const BATCHES_A_STEP = 16; // of tiles, 32 MB

/** @returns why the signer refuses, or null when the note is out */
async function release(trail: SealedTrail, guard: Guard, next: Guard, headSize: number, rotation: Rotation | null): Promise<string | null> {
  const proof = guard.size === 0 ? [] : await proofBetween(trail.trailId, guard.size, next.size);
  if (proof === null) return `the tiles of the tree give no proof from ${guard.size} to ${next.size} events`;
  const verdict = judgeSignature(guard, next, headSize, proof);
  if (!verdict.ok) return verdict.reason;
  const undue = guard.size === 0 ? await whyNoEpoch(trail) : null;
  if (undue !== null) return undue;
  writeGuard(next);
  await finishRelease(trail, next, rotation);
  return null;
}

async function proofBetween(trailId: TrailId, from: number, to: number): Promise<Buffer[] | null> {
  const snapshot = await openSnapshot({ scope: scopeOf(trailId) }); // what is committed, not what we hold in memory
  try {
    return await consistencyProof(from, to, tilesOf(snapshot, trailId));
  } finally {
    await snapshot.close();
  }
}

/** Steps 4 and 5 for what the guard names, as far as they are not done. */
async function finishRelease({ origin, trailId }: SealedTrail, { size, root }: Guard, rotation: Rotation | null): Promise<void> {
  if (size === 0) return;
  const { finished } = await memory();
  const key = logKeyOf(origin);
  const isByBoth = isBySuccessorToo(rotation, size);
  const note = isByBoth
    ? signCheckpoint(origin, size, root, key, rotation.next)
    : (noteOfRotation(origin, key, size, root) ?? signCheckpoint(origin, size, root, key));
  if (readCheckpointFile(origin) === note && finished.get(origin) === note) return;
  if (isByBoth) keepRotationNote(origin, keyIdOf(origin, rotation.next.publicKey), note);
  writeCheckpointFile(origin, note);
  await insertCheckpoint(scopeOf(trailId), trailId, { size, root, note });
  finished.set(origin, note);
}

/** The note with which this key took over, as long as nothing was signed after it: there is one text of it, with both signatures. */
function noteOfRotation(origin: string, key: LogKey, size: number, root: Buffer): string | null {
  const note = readRotationNote(origin, keyIdOf(origin, key.publicKey));
  return note?.startsWith(checkpointText(origin, size, root)) ? note : null;
}
