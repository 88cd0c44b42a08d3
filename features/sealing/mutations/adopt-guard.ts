// A guard for a trail that has events and none: one that was made before the seal. The file that says what was signed last is what a rewritten history fails at, so its
// beginning is an act of a person, who says by it: what lies here now is the history (docs/threat-model.md). So it is where events are gone that were appended here and not
// signed yet, and no backup has them: the guard that is there goes on at what lies here, and the act names what is lost. And so it is where a refusal is damaged, of which nobody can
// say any more whether it knew of such events.
//
//   rows [signed,head) ─ each parsed and hashed again ─▶ tree ─ its root at every size that the database or a file knows ─▶ tiles     where nothing was signed from 0 on
//   ─▶ keys/<alias>.adopting.<id> ─▶ guard ─▶ what is lost is given up (keys/<alias>.lost), a damaged refusal put aside ─▶ checkpoint ─▶ the refusal is gone ─▶ act ─▶ that file is gone
//
import { openCheckpoint } from '@/core/checkpoint';
import { emptyRoot } from '@/core/merkle';
import type { Guard } from '@/core/signer-guard';
import type { Tile } from '@/core/tiles';
import { openSnapshot, type Snapshot } from '@/db/copy-out';
import { scopeOf } from '@/db/scope';
import type { Appended } from '@/features/trail/appended';
import { aliasOf } from '@/features/trail/epoch-name';
import { openGuard, readGuard, writeGuard } from '@/features/trail/guard-file';
import { seedFault } from '@/features/trail/log-seed';
import { isGivenUp, readLost } from '@/features/trail/lost-file';
import { ownOrigin } from '@/features/trail/mutations/record-act';
import { getEventBefore } from '@/features/trail/queries/walk-rows';
import { damagedRefusal, readRefusal } from '@/features/trail/refusal-file';
import { refusalAdvice } from '@/features/trail/refusal-words';
import { type Adopting, forgetAdopting, readAdopting, writeAdopting } from '../adoption-file';
import { listRotationNotes, readCheckpointFile } from '../checkpoint-file';
import { ownVkeys } from '../log-key';
import { whyNoEpoch } from '../queries/epoch-due';
import { getHead } from '../queries/head';
import { judgeSigned } from '../queries/judge-signed';
import { listLost } from '../queries/list-lost';
import { findSignedLoss } from '../queries/signed-loss';
import { tilesOf } from '../queries/tiles';
import { withSealingLock } from '../sealing-lock';
import { closeWalk, forgetWalk, isOurHead, keepTree, STEP_EVENTS, stepWalk, takeWalk } from './grow-tree';
import { type SealedTrail, sealTrail } from './seal-trail';
import { settleAdoption, tellAdoption } from './tell-adoption';
import { writeTiles } from './write-seal';

/** `root` 32 bytes, of all `size` events; `lost`: what was appended here, is not in that history, and is given up; `damaged`: the SHA-256 of a refusal that may have known more. */
export type Adoption = { ok: true; size: number; root: Buffer; lost: Appended[]; damaged?: string } | { ok: false; reason: string };

/** Why there is nothing to adopt, or not yet; null where it can be tried. */
export async function adoptionFault(trail: SealedTrail): Promise<string | null> {
  const { origin } = trail;
  const [opened, refused, given, keyless] = [openGuard(origin), readRefusal(origin), readLost(origin), seedFault(origin)];
  if (keyless !== null) return keyless;
  if (opened.guard === null) return `there is a guard file, put it back from the backup of INDELIBLE_HOME: ${opened.reason}`;
  if (refused?.unsure === 'unread') return refused.reason; // nobody can say what is lost
  if ('unread' in given) return given.unread;
  const loss = opened.guard === 'missing' ? null : await findSignedLoss(trail, opened.guard);
  if (loss !== null) return `there is a guard file, and signed events cannot be given up: ${loss.reason}. ${refusalAdvice(loss.reason, aliasOf(origin))}`;
  if (opened.guard !== 'missing' && !refused?.known && refused?.unsure !== 'damaged') return nothingLost(opened.guard.size);
  const undue = (opened.guard === 'missing' || opened.guard.size === 0) && readCheckpointFile(origin) === null ? await whyNoEpoch(trail) : null;
  if (undue !== null) return `${undue}. ${refusalAdvice(undue, aliasOf(origin))}`; // as before any first signature
  if (origin !== ownOrigin() && readGuard(ownOrigin()) === 'missing')
    return 'the adoption is recorded in the trail indelible, which has no guard either: adopt that one first';
  return null;
}

const nothingLost = (signed: number) => `there is a guard file: ${signed} events were signed. It goes on by itself`;

/**
 * Writes the guard of a trail that has none, or has lost what was appended beyond it, with the size and root of what is there, seals it and records `guard.adopted` in
 * `<host>/indelible`. Call it after a whole verification that found nothing, or nothing of the rows (adoption-findings.ts). Killed before the guard is on disk nothing has happened; behind it the guard stands, and whoever comes
 * next, a seal, a command or a start of the server, goes on from it and records what is not recorded yet (tell-adoption.ts); an adoption that was not recorded before this one too.
 * @param found what that verification found: the act names it
 * @returns why not: a guard is there and nothing is lost, a row does not hold, a checkpoint is known that is larger than the trail or has another root
 */
export async function adoptGuard(trail: SealedTrail, found?: Adopting['found']): Promise<Adoption> {
  const { origin } = trail;
  const adopted = await withSealingLock(origin, async (): Promise<Adoption> => {
    const fault = await adoptionFault(trail);
    if (fault !== null) return { ok: false, reason: fault };
    dropUnadopted(origin);
    const grown = await growWhole(trail);
    if (!grown.ok) return grown;
    const { size, root, lost, damaged } = grown;
    const adopting = {
      ...{ size, root: root.toString('hex') },
      ...(lost.length > 0 && { lost }),
      ...(damaged !== undefined && { damaged }),
      ...(found && { found }),
    };
    writeAdopting(origin, adopting);
    try {
      writeGuard({ origin, size, root });
    } catch (cause) {
      forgetAdopting(origin, adopting);
      throw cause;
    }
    return grown;
  });
  if (!adopted.ok) return adopted;
  const sealed = await sealTrail(trail); // the refusal that the missing guard left goes with it
  if (!sealed.ok) return sealed;
  await tellAdoption(trail);
  return adopted;
}

/**
 * Of those before, what came to no guard: this one's would make it look adopted. Where the guard is gone again nobody can say it of one that gave nothing up, and this one stands in its
 * place.
 */
function dropUnadopted(origin: string): void {
  settleAdoption(origin);
  if (readGuard(origin) !== 'missing') return;
  for (const one of readAdopting(origin)) if (!one.lost?.every((lost) => isGivenUp(origin, lost))) forgetAdopting(origin, one);
}

/** From where the tree is grown: what is signed stands, and of its rows some may be lawfully away. */
const startOf = (origin: string, guard: Guard | null): Guard => guard ?? { origin, size: 0, root: emptyRoot() };

async function growWhole(trail: SealedTrail): Promise<Adoption> {
  const { origin, trailId } = trail;
  const refuse = (reason: string): Adoption => ({ ok: false, reason });
  const { guard: found } = openGuard(origin);
  const guard = found === 'missing' ? null : found;
  const [refused, hash] = [readRefusal(origin), damagedRefusal(origin)];
  const damaged = hash === null ? {} : { damaged: hash };
  const snapshot = await openSnapshot({ scope: scopeOf(trailId) });
  try {
    const head = await getHead(snapshot, trailId);
    if (!isOurHead(origin, head)) return refuse('HEAD_FORGED: the MAC of the head row is not the one our key gives');
    const lost = (await listLost(snapshot, trailId, guard, head, refused?.known ?? [])).filter((one) => !isGivenUp(origin, one));
    if (guard !== null && guard.origin !== origin) return refuse(`the guard file is that of ${guard.origin}, not of ${origin}`);
    if (guard !== null && lost.length === 0 && hash === null) return refuse(nothingLost(guard.size));
    const known = await knownRoots(snapshot, trail);
    if (typeof known === 'string') return refuse(known);
    const largest = Math.max(0, ...known.map(({ size }) => size));
    if (largest > head.nextSeq)
      return refuse(`a checkpoint of ${largest} events is known, and the database has ${head.nextSeq}: events are gone, or an old database was restored`);

    const [keys] = await snapshot.query<{ end: number }>('select coalesce(max(seq) + 1, 0) as end from key_view where trail_id = $1', [trailId]);
    if ((keys?.end ?? 0) > head.nextSeq)
      return refuse(`the index of ids names ${keys?.end} events, and the database has ${head.nextSeq}: what is sent again would be taken for one that is gone`);

    const from = startOf(origin, guard);
    const other = known.find(({ size, root }) => size === from.size && !root.equals(from.root));
    if (other) return refuse(`${other.from} says another root for ${from.size} events than was signed`);
    if (guard?.size === head.nextSeq) {
      const last = guard.size > 0 ? await getEventBefore(snapshot, trailId, guard.size) : null;
      const fault = await judgeSigned(snapshot, trailId, guard, head, last?.eventHash ?? null);
      return fault === null ? { ok: true, size: guard.size, root: guard.root, lost, ...damaged } : refuse(fault);
    }
    const sizes = [...new Set([...known.map(({ size }) => size), head.nextSeq])].sort((a, b) => a - b);
    await forgetWalk(origin);
    const taken = await takeWalk(snapshot, trail, from, head);
    if (!taken.ok) return taken;
    const { walk } = taken;
    try {
      const { tree } = walk.growing;
      while (walk.toStore === null) {
        const to = Math.min(tree.size + STEP_EVENTS, sizes.find((size) => size > tree.size) ?? head.nextSeq);
        const fault = await stepWalk(snapshot, trail, walk, to);
        if (fault !== null) return refuse(fault);
        for (const { size, root, from } of known)
          if (size === to && !root.equals(tree.rootBytes())) return refuse(`${from} says another root for ${size} events than the rows have`);
      }
      for (const tiles of walk.toStore) {
        await writeTiles(scopeOf(trailId), trailId, tiles);
        if (!(await areStored(trail, tiles))) return refuse('the stored tiles of the tree are not those of the rows: tiles were stored before, or changed');
      }
      await keepTree(origin, walk);
      return { ok: true, size: tree.size, root: tree.rootBytes(), lost, ...damaged };
    } finally {
      closeWalk(walk);
    }
  } finally {
    await snapshot.close();
  }
}

type Known = { size: number; root: Buffer; from: string };

/** Every checkpoint of the database, whoever signed it, and of this machine's files. @returns a sentence for a file that is none of ours */
async function knownRoots(snapshot: Snapshot, { origin, trailId }: SealedTrail): Promise<Known[] | string> {
  const rows = await snapshot.query<{ size: number; root: Buffer }>('select size, root from checkpoint_view where trail_id = $1', [trailId]);
  const known: Known[] = rows.map((row) => ({ ...row, from: 'a checkpoint of the database' }));
  const guard = readGuard(origin);
  if (guard !== null && guard !== 'missing') known.push({ ...guard, from: 'the guard file' });
  const newest = readCheckpointFile(origin);
  for (const note of [...(newest === null ? [] : [newest]), ...listRotationNotes(origin)]) {
    const opened = openCheckpoint(note, ownVkeys(origin), origin);
    if (!opened.ok) return `a checkpoint file beside the key does not hold (${opened.error}): find out who wrote it`;
    const { size, root } = opened.checkpoint;
    known.push({ size, root, from: 'a checkpoint file beside the key' });
  }
  return known;
}

/** Whether what is committed says the same: a tile that lay there before, as wide, stays as it was. */
async function areStored({ trailId }: SealedTrail, tiles: readonly Tile[]): Promise<boolean> {
  const snapshot = await openSnapshot({ scope: scopeOf(trailId) });
  try {
    const read = tilesOf(snapshot, trailId);
    for (const { level, n, width, hashes } of tiles) {
      const stored = await read(level, n, width);
      if (stored === null || Buffer.compare(stored.subarray(0, hashes.length), hashes) !== 0) return false;
    }
    return true;
  } finally {
    await snapshot.close();
  }
}
