// A walk from what was signed to a head whose MAC was checked, in steps. Only there is it known that the rows are the ones that were appended: till then nothing of them is
// stored or signed, and what a step has grown waits in memory and in a file without a name (tile-spool.ts).
import { timingSafeEqual } from 'node:crypto';
import { type ChainWalk, createWalk } from '@/core/chain';
import { CopyReader } from '@/core/copy-row';
import { headMac } from '@/core/mac';
import { emptyRoot } from '@/core/merkle';
import type { Guard } from '@/core/signer-guard';
import { type Tile, TileTree } from '@/core/tiles';
import type { Snapshot } from '@/db/copy-out';
import { runtime } from '@/db/runtime';
import type { TrailId } from '@/db/scope';
import { headMacKey } from '@/features/trail/mutations/keys';
import { eventsQuery, getEventBefore, preferOrder } from '@/features/trail/queries/walk-rows';
import { homeFolder } from '@/lib/home';
import type { getHead } from '../queries/head';
import { judgeSigned } from '../queries/judge-signed';
import { tilesOf } from '../queries/tiles';
import { openSpool, type TileSpool } from '../tile-spool';
import type { SealedTrail } from './seal-trail';

/** A step holds the tiles it made in memory, 2 MB of these events: a trail of millions is read in many. */
export const STEP_EVENTS = 65_536;

/** A tree and the tiles that became full since they were last taken. */
type Growing = { tree: TileTree; full: Tile[] };

/** `toStore`: once the walk is bound to its head, what is to be stored before its root is signed; `stored`: how many batches of it are. */
export type TreeWalk = {
  from: Guard;
  head: Head;
  walk: ChainWalk;
  growing: Growing;
  spool: TileSpool | null;
  toStore: Generator<Tile[]> | null;
  stored: number;
};

// What this process goes on with, by origin: the right edge of what is signed, or a walk that is under way. By database: a process that is pointed elsewhere must not go on
// with another's tree.
type Memory = { edges: Map<string, Growing>; walks: Map<string, TreeWalk> };
const memories = new WeakMap<object, Memory>();

async function memory(): Promise<Memory> {
  const { db } = await runtime();
  const known = memories.get(db) ?? { edges: new Map(), walks: new Map() };
  memories.set(db, known);
  return known;
}

/** For the next walk of this process: only what is on disk and signed, or about to be. */
export async function keepTree(origin: string, walk: TreeWalk): Promise<void> {
  closeWalk(walk);
  (await memory()).edges.set(origin, walk.growing);
}

/** For the next step of this process. */
export const keepWalk = async (origin: string, walk: TreeWalk): Promise<void> => void (await memory()).walks.set(origin, walk);

/** The next walk begins with what is signed. */
export async function forgetWalk(origin: string): Promise<void> {
  const { walks } = await memory();
  const begun = walks.get(origin);
  if (begun) closeWalk(begun);
  walks.delete(origin);
}

export const closeWalk = (walk: TreeWalk): void => {
  walk.spool?.close();
  walk.spool = null;
};

export type Head = NonNullable<Awaited<ReturnType<typeof getHead>>>;

/** Whether the head row is there and bears the MAC that our key gives (SPEC §3). */
export function isOurHead(origin: string, head: Head | null): head is Head {
  const mac = head && headMac(headMacKey(), origin, head.nextSeq, head.lastHash);
  return head !== null && mac?.length === head.mac.length && timingSafeEqual(mac, head.mac);
}

type Refused = { ok: false; reason: string };

/**
 * The walk from `guard` that this process has under way, if its head is not above this one, or a new one to this head.
 * @param head as it stands, its MAC checked
 */
export async function takeWalk(
  snapshot: Snapshot,
  { origin, trailId }: SealedTrail,
  guard: Guard,
  head: Head,
): Promise<{ ok: true; walk: TreeWalk } | Refused> {
  const { edges, walks } = await memory();
  const begun = walks.get(origin);
  walks.delete(origin); // it comes back when its step is done
  if (begun && isSame(begun.from, guard) && begun.head.nextSeq <= head.nextSeq) return { ok: true, walk: begun };
  if (begun) closeWalk(begun);

  const kept = edges.get(origin);
  edges.delete(origin);
  const isKept = kept?.tree.size === guard.size && kept.tree.rootBytes().equals(guard.root);
  const growing = isKept ? kept : await resume(snapshot, trailId, guard);
  if (growing === null) {
    return {
      ok: false,
      reason: `the tiles of the tree do not give the root that was signed for ${guard.size} events: tiles are missing, or somebody changed them`,
    };
  }
  const before = guard.size > 0 ? await getEventBefore(snapshot, trailId, guard.size) : null;
  const fault = await judgeSigned(snapshot, trailId, guard, head, before?.eventHash ?? null);
  if (fault !== null) return { ok: false, reason: fault };
  const [prevHash, prevRecordedAt] = [before?.eventHash ?? null, before?.recordedAt ?? null];
  const walk = createWalk({ origin, from: guard.size, to: head.nextSeq, prevHash, prevRecordedAt, deep: true });
  return { ok: true, walk: { from: guard, head, walk, growing, spool: null, toStore: null, stored: 0 } };
}

const isSame = (a: Guard, b: Guard) => a.size === b.size && a.root.equals(b.root);

/** Reads the rows up to `to`, judges each as a deep verification does, and adds them to the tree. At its head the walk is bound to it. @returns why not, null for all is good */
export async function stepWalk(snapshot: Snapshot, { trailId }: SealedTrail, treeWalk: TreeWalk, to: number): Promise<string | null> {
  const { walk, growing, head } = treeWalk;
  const { tree } = growing;
  await preferOrder(snapshot);
  const reader = new CopyReader();
  for await (const chunk of snapshot.copy(eventsQuery(trailId, tree.size, to))) {
    reader.push(chunk);
    for (let row = reader.next(); row !== null; row = reader.next()) {
      walk.row(row);
      if (walk.log.total === 0) tree.push(walk.lastDigest as string);
    }
  }
  reader.end();
  const [finding] = walk.log.kept;
  if (finding || tree.size !== to) return `event ${tree.size} is not to be sealed: ${await whyNot(snapshot, trailId, tree.size, finding?.code)}`;
  if (to < head.nextSeq) {
    treeWalk.spool ??= openSpool(homeFolder('checkpoints'));
    treeWalk.spool.add(growing.full.splice(0));
    return null;
  }
  if (walk.lastDigest !== head.lastHash.toString('latin1')) return `HEAD_FORGED: the head row names another hash than event ${to - 1} has`;
  treeWalk.toStore = tilesOfWalk(treeWalk);
  return null;
}

/** What is away of events that nothing was signed of is away unlawfully (SPEC §11): a stub is sealed for no event. */
async function whyNot(snapshot: Snapshot, trailId: TrailId, seq: number, code = 'SEQ_GAP'): Promise<string> {
  const [stub] = await snapshot.query('select from stub_view where trail_id = $1 and seq = $2', [trailId, seq]);
  return stub ? `${code}, its hashes alone stand there, and only of a signed event may they` : code;
}

function* tilesOfWalk({ spool, growing }: TreeWalk): Generator<Tile[]> {
  if (spool) yield* spool.batches();
  yield [...growing.full.splice(0), ...growing.tree.partialTiles()];
}

async function resume(snapshot: Snapshot, trailId: TrailId, { size, root }: Guard): Promise<Growing | null> {
  const full: Tile[] = [];
  const onTile = (tile: Tile) => full.push({ ...tile, hashes: Buffer.from(tile.hashes) });
  if (size === 0) return root.equals(emptyRoot()) ? { tree: new TileTree(onTile), full } : null;
  const tree = await TileTree.resume(size, tilesOf(snapshot, trailId), onTile);
  return tree?.rootBytes().equals(root) ? { tree, full } : null;
}
