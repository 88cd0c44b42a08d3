// The stored tree made anew from the events (SPEC §5), where its tiles are gone or others: nothing leads from an event to a signed root then, and the signer refuses. The root says which events
// the tiles are of, and it stands outside the database: tiles that give it are the ones that were signed, whoever writes them.
//
//   rows [0,signed) ─ each parsed and hashed again ─▶ tree ─ its root at every size that guard, files or database know ─ all as signed? ─▶ what of the stored tiles differs
//   ─▶ keys/<alias>.rebuilt.<id> ─▶ those tiles, one transaction of the owner's ─▶ seal ─▶ act ─▶ that file is gone
//
// A full tile is not to change, and no role of the product may take one away: the owner of the tables does.
import { createWalk } from '@/core/chain';
import { openCheckpoint } from '@/core/checkpoint';
import { CopyReader } from '@/core/copy-row';
import { ListedNotes, type ReadListed } from '@/core/listed-notes';
import { bytesOfDigest } from '@/core/merkle';
import { TILE_WIDTH, type Tile, TileTree } from '@/core/tiles';
import { openSnapshots, type Snapshot } from '@/db/copy-out';
import { ownerTransaction } from '@/db/owner';
import { scopeOf } from '@/db/scope';
import { GUARD_MISSING, openGuard } from '@/features/trail/guard-file';
import { seedFault } from '@/features/trail/log-seed';
import { appClock } from '@/features/trail/mutations/batch-clock';
import { eventsQuery, preferOrder } from '@/features/trail/queries/walk-rows';
import { homeFolder } from '@/lib/home';
import { listRotationNotes, readCheckpointFile } from '../checkpoint-file';
import { ownVkeys } from '../log-key';
import { listedCheckpointsOf } from '../queries/listed-checkpoints';
import { listMisshapen, tilesAhead } from '../queries/tiles';
import { readLineage } from '../read-lineage';
import { type Rebuilding, readRebuilding, writeRebuilding } from '../rebuild-file';
import { withSealingLock } from '../sealing-lock';
import { openSpool } from '../tile-spool';
import { type SealedTrail, sealTrail } from './seal-trail';
import { tellDue } from './tell-due';
import { putTiles } from './write-seal';

/**
 * `tiles`: level/n of those that were gone or not what was signed; `further`: how many reached further than what was signed, and were cut back. Where there was none of either, nothing was done.
 * `refused`: why the signer refuses still. `isTold`: the act is recorded. `isOfRows`: the events are not those that were signed.
 */
export type Rebuilt =
  | { ok: true; size: number; root: Buffer; tiles: string[]; further: number; refused: string | null; isTold: boolean }
  | { ok: false; reason: string; isOfRows: boolean };

/** @param uid as which user of the operating system; undefined where it has none. @throws a fault of the database: nothing was replaced, or all of it, and then the act is due */
export async function rebuildTiles(trail: SealedTrail, uid: number | undefined, signal?: AbortSignal): Promise<Rebuilt> {
  let rebuilt = await withSealingLock(trail.origin, () => rebuild(trail, uid, false, signal), signal);
  if (rebuilt.ok && rebuilt.tiles.length === 0 && rebuilt.further > 0) {
    await sealTrail(trail, signal);
    signal?.throwIfAborted();
    rebuilt = await withSealingLock(trail.origin, () => rebuild(trail, uid, true, signal), signal);
  }
  if (!rebuilt.ok || rebuilt.tiles.length + rebuilt.further === 0) return rebuilt;
  const sealed = await sealTrail(trail); // the refusal that the tiles left goes with it
  await tellDue(trail);
  const { due, unreadable } = readRebuilding(trail.origin);
  return { ...rebuilt, refused: sealed.ok ? null : sealed.reason, isTold: due.length + unreadable.length === 0 };
}

/** @param cuts whether tiles are cut back where no other differs: a seal that was killed before its guard leaves such, and the next one takes them up */
async function rebuild(trail: SealedTrail, uid: number | undefined, cuts: boolean, signal?: AbortSignal): Promise<Rebuilt> {
  const { origin, trailId } = trail;
  const [unreadable] = readRebuilding(origin).unreadable;
  if (unreadable !== undefined) return { ok: false, reason: `keys/${unreadable} says nothing of what was rebuilt before`, isOfRows: false };
  const known = knownRoots(origin);
  if (typeof known === 'string') return { ok: false, reason: known, isOfRows: false };
  const size = Math.max(...known.map((one) => one.size));
  const spool = openSpool(homeFolder('checkpoints'));
  const [rows, beside] = await openSnapshots({ scope: scopeOf(trailId), ...(signal && { signal }) }, 2);
  try {
    const newer = await signedBeyond(origin, listedCheckpointsOf(beside, trailId, size + 1, Number.MAX_SAFE_INTEGER));
    if (newer !== null)
      return {
        ok: false,
        reason: `the guard file is older than the database: ${newer} events were signed, and no file beside the key knows of more than ${size}`,
        isOfRows: false,
      };
    const misshapen = await listMisshapen(beside, trailId, size);
    const stored = tilesAhead(beside, trailId);
    const differing = new Set<string>();
    const compare = async (tiles: readonly Tile[]) => {
      for (const tile of tiles) {
        const [key, bytes] = [nameOf(tile), await stored(tile.level, tile.n, tile.width)];
        const isSame = bytes !== null && Buffer.compare(bytes.subarray(0, tile.hashes.length), tile.hashes) === 0;
        if (isSame && !(misshapen.has(key) && tile.width === TILE_WIDTH)) continue;
        differing.add(key);
        if (tile.width === TILE_WIDTH) spool.add([tile]);
      }
    };
    const grown = await growSigned(trail, rows, beside, size, known, compare);
    if (typeof grown === 'string') return { ok: false, reason: grown, isOfRows: true };
    const partial = grown.partialTiles();
    await compare(partial);

    const root = grown.rootBytes();
    const [tiles, cut] = [[...differing].toSorted(), [...misshapen].filter((key) => !differing.has(key))];
    const done: Rebuilt = { ok: true, size, root, tiles, further: cut.length, refused: null, isTold: true };
    if (tiles.length === 0 && (cut.length === 0 || !cuts)) return done;
    const said = {
      size,
      root: root.toString('hex'),
      tiles: tiles.slice(0, MOST_NAMED),
      count: tiles.length,
      further: cut.length,
      ...(uid !== undefined && { uid }),
    };
    const edge = partial.filter((tile) => differing.has(nameOf(tile)) || misshapen.has(nameOf(tile)));
    await replace(trail, [...tiles, ...cut], [spool.batches(), [edge]], said);
    return done;
  } finally {
    spool.close();
    await Promise.all([rows.close(), beside.close()]);
  }
}

const MOST_NAMED = 100; // of a few bytes each: enough to say where it was

const nameOf = ({ level, n }: { level: number; n: number }) => `${level}/${n}`;

type Known = { size: number; root: Buffer; from: string };

/** Of the files beside the key, with the guard's. @returns a sentence where they do not say what was signed */
function knownRoots(origin: string): Known[] | string {
  const keyless = seedFault(origin);
  if (keyless !== null) return keyless;
  const opened = openGuard(origin);
  if (opened.guard === null) return opened.reason;
  const { guard } = opened;
  if (guard === 'missing') return GUARD_MISSING;
  if (guard.origin !== origin) return `the guard file is that of ${guard.origin}, not of ${origin}`;
  if (guard.size === 0) return 'nothing of it was signed yet: there is no root to compare with';
  const known: Known[] = [{ ...guard, from: 'the guard file' }];
  const newest = readCheckpointFile(origin);
  for (const note of [...(newest === null ? [] : [newest]), ...listRotationNotes(origin)]) {
    const kept = openCheckpoint(note, ownVkeys(origin), origin);
    if (!kept.ok) return `a checkpoint file beside the key does not hold (${kept.error}): find out who wrote it`;
    known.push({ ...kept.checkpoint, from: 'a checkpoint file beside the key' });
  }
  return known;
}

/** The size of a checkpoint among these that one of our own keys signed, unless it was called stolen: tiles behind the guard are not to be cut back then. */
async function signedBeyond(origin: string, read: ReadListed): Promise<number | null> {
  const vkeys = ownVkeys(origin);
  const keys = readLineage(origin, vkeys);
  for (let page = await read(); page.length > 0; page = await read()) {
    for (const { size, note } of page) {
      const opened = openCheckpoint(note, vkeys, origin);
      if (opened.ok && opened.checkpoint.size === size && opened.checkpoint.signers.some((signer) => size <= keys.trustedTo(signer))) return size;
    }
  }
  return null;
}

/**
 * The tree of the rows, each judged as a deep verification does. Notes of the database count that one of our own keys signed, unless it was called stolen: a row that anybody wrote says nothing.
 * @param compare given the tiles that became full. @returns a sentence where the rows are not what was signed
 */
async function growSigned(
  { origin, trailId }: SealedTrail,
  rows: Snapshot,
  beside: Snapshot,
  size: number,
  known: readonly Known[],
  compare: (tiles: readonly Tile[]) => Promise<void>,
): Promise<TileTree | string> {
  const full: Tile[] = [];
  const tree = new TileTree((tile) => full.push({ ...tile, hashes: Buffer.from(tile.hashes) }));
  const walk = createWalk({ origin, to: size, deep: true });
  const vkeys = ownVkeys(origin);
  const listed = new ListedNotes({ origin, vkeys, keys: readLineage(origin, vkeys), texts: new Map(), opensAll: false, add: () => {} });
  listed.from(listedCheckpointsOf(beside, trailId, 1, size));
  await listed.ready();

  /** Why the rows are not what was signed, as far as they go. */
  const judge = async (): Promise<string | null> => {
    const root = tree.root();
    const other = known.find((one) => one.size === tree.size && !one.root.equals(bytesOfDigest(root)));
    const isListed = await listed.reached(tree.size, root);
    await listed.ready();
    return other || isListed ? `${other?.from ?? 'a checkpoint of the database'} says another root for ${tree.size} events than the rows have` : null;
  };

  await preferOrder(rows);
  const reader = new CopyReader();
  for await (const chunk of rows.copy(eventsQuery(trailId, 0, size))) {
    reader.push(chunk);
    for (let row = reader.next(); row !== null; row = reader.next()) {
      walk.row(row);
      if (walk.log.total > 0) break;
      tree.push(walk.lastDigest as string);
      const fault = tree.size === listed.next || known.some((one) => one.size === tree.size) ? await judge() : null;
      if (fault !== null) return fault;
    }
    const [finding] = walk.log.kept;
    if (finding)
      return finding.code === 'HEAD_CUT' || finding.code === 'SEQ_GAP' ? goneText(finding.seq) : `event ${finding.seq} is not what was signed: ${finding.code}`;
    await compare(full.splice(0));
  }
  reader.end();
  return tree.size === size ? tree : `${goneText(tree.size)}: ${size} were signed`;
}

/** Lawfully or not: a verification says which. */
const goneText = (seq: number | null) => `event ${seq} is not here as a row`;

/** Takes the named tiles away and puts those of the tree in their place, in one transaction: readers see the ones or the others. */
async function replace(
  { origin, trailId }: SealedTrail,
  names: readonly string[],
  built: readonly Iterable<Tile[]>[],
  said: Omit<Rebuilding, 'transaction' | 'at'>,
): Promise<void> {
  await ownerTransaction(async (sql) => {
    const [row] = await sql<{ id: string }[]>`select pg_current_xact_id()::text as id`;
    writeRebuilding(origin, { transaction: row?.id as string, at: appClock(), ...said });
    await sql`delete from tile where trail_id = ${trailId} and level || '/' || n = any(${`{${names.join(',')}}`}::text[])`;
    for (const batches of built) for (const tiles of batches) await putTiles(sql, trailId, tiles);
  });
}
