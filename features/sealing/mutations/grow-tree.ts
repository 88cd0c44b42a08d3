import { timingSafeEqual } from 'node:crypto';
import { createWalk } from '@/core/chain';
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
import type { getHead } from '../queries/head';
import { tilesOf } from '../queries/tiles';
import type { SealedTrail } from './seal-trail';

/** A step holds the tiles it made in memory, 2 MB of these events: a trail of millions is sealed in many. */
export const STEP_EVENTS = 65_536;

/** A tree and the tiles that became full since the last step. */
type Growing = { tree: TileTree; full: Tile[] };

// The right edges that this process goes on with, by origin; without one it is read from the tiles. By database: a process that is pointed elsewhere must not go on with
// another's tree.
const memories = new WeakMap<object, Map<string, Growing>>();

async function memory(): Promise<Map<string, Growing>> {
  const { db } = await runtime();
  const known = memories.get(db) ?? new Map<string, Growing>();
  memories.set(db, known);
  return known;
}

/** For the next step of this process: only what is on disk and signed, or about to be. */
export const keepTree = async (origin: string, growing: Growing): Promise<void> => void (await memory()).set(origin, growing);

type Head = NonNullable<Awaited<ReturnType<typeof getHead>>>;

/** Whether the head row is there and bears the MAC that our key gives (SPEC §3). */
export function isOurHead(origin: string, head: Head | null): head is Head {
  const mac = head && headMac(headMacKey(), origin, head.nextSeq, head.lastHash);
  return head !== null && mac?.length === head.mac.length && timingSafeEqual(mac, head.mac);
}

export type Grown =
  | {
      ok: true;
      growing: Growing /** full and partial, to be stored before their root is signed */;
      tiles: Tile[] /** of the last row, latin1 */;
      lastHash: string;
    }
  | { ok: false; reason: string };

/** Reads the rows [guard.size,to), judges each as a deep verification does, and adds them to the tree. */
export async function growTree(snapshot: Snapshot, { origin, trailId }: SealedTrail, guard: Guard, to: number): Promise<Grown> {
  const trees = await memory();
  const kept = trees.get(origin);
  trees.delete(origin); // it comes back when what it has grown is signed
  const isKept = kept?.tree.size === guard.size && kept.tree.rootBytes().equals(guard.root);
  const growing = isKept ? kept : await resume(snapshot, trailId, guard);
  if (growing === null) {
    return {
      ok: false,
      reason: `the tiles of the tree do not give the root that was signed for ${guard.size} events: tiles are missing, or somebody changed them`,
    };
  }
  const { tree } = growing;
  const before = guard.size > 0 ? await getEventBefore(snapshot, trailId, guard.size) : null;
  const walk = createWalk({ origin, from: guard.size, to, prevHash: before?.eventHash ?? null, prevRecordedAt: before?.recordedAt ?? null, deep: true });
  await preferOrder(snapshot);
  const reader = new CopyReader();
  for await (const chunk of snapshot.copy(eventsQuery(trailId, guard.size, to))) {
    reader.push(chunk);
    for (let row = reader.next(); row !== null; row = reader.next()) {
      walk.row(row);
      if (walk.log.total === 0) tree.push(walk.lastDigest as string);
    }
  }
  reader.end();
  const [finding] = walk.log.kept;
  if (finding) return { ok: false, reason: `event ${finding.seq} is not to be sealed: ${finding.code}` };
  if (tree.size !== to) return { ok: false, reason: `event ${tree.size} is not to be sealed: SEQ_GAP` };
  return { ok: true, growing, tiles: [...growing.full.splice(0), ...tree.partialTiles()], lastHash: walk.lastDigest as string };
}

async function resume(snapshot: Snapshot, trailId: TrailId, { size, root }: Guard): Promise<Growing | null> {
  const full: Tile[] = [];
  const onTile = (tile: Tile) => full.push({ ...tile, hashes: Buffer.from(tile.hashes) });
  if (size === 0) return root.equals(emptyRoot()) ? { tree: new TileTree(onTile), full } : null;
  const tree = await TileTree.resume(size, tilesOf(snapshot, trailId), onTile);
  return tree?.rootBytes().equals(root) ? { tree, full } : null;
}
