import type { Sql } from 'postgres';
import { signCheckpoint } from '@/core/checkpoint';
import { headMac } from '@/core/mac';
import { type Tile, TileTree } from '@/core/tiles';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { openSnapshot } from '@/db/copy-out';
import { mintTrailId, scopeOf, type TrailId } from '@/db/scope';
import { writeCheckpointFile } from '@/features/sealing/checkpoint-file';
import { logKeyOf } from '@/features/sealing/log-key';
import { countBlocks } from '@/features/sealing/mutations/count-blocks';
import { insertCheckpoint, writeTiles } from '@/features/sealing/mutations/write-seal';
import { aliasOf } from '@/features/trail/epoch-name';
import { ensureGuard, writeGuard } from '@/features/trail/guard-file';
import { headMacKey } from '@/features/trail/mutations/keys';
import { preferOrder } from '@/features/trail/queries/walk-rows';
import { ensureSecret } from '@/lib/home';
import { loadScaleRows } from './scale-rows';

const YEAR = { end: '2026-11-25T00:00:00Z', months: 12 };

/** A trail of 0.8 KB events, its head bound by this process's key, so that a verification finds it good. @param span when they end, and over how many months they lie. @returns its number */
export async function loadScaleTrail(sql: Sql, events: number, origin: string, span: { end: string; months: number } = YEAR): Promise<TrailId> {
  const key = headMacKey();
  const { publicKey } = makeLogKey(ensureSecret(`${aliasOf(origin)}.key`, 32));
  ensureGuard(origin);
  const { trailId } = await loadScaleRows(sql, {
    events,
    origin,
    alias: aliasOf(origin),
    logVkey: vkeyOf(origin, publicKey),
    ...span,
    mac: (nextSeq, lastHash) => headMac(key, origin, nextSeq, lastHash),
  });
  return mintTrailId(trailId);
}

/** What the sealer would have left of such a trail: tiles, one checkpoint, guard, kept figures; from the stored hashes, which were made a moment ago. */
export async function sealScaleTrail(trailId: TrailId, origin: string): Promise<void> {
  const scope = scopeOf(trailId);
  let full: Tile[] = [];
  const tree = new TileTree((tile) => full.push({ ...tile, hashes: Buffer.from(tile.hashes) }));
  for await (const digests of storedHashes(trailId)) {
    for (const digest of digests) tree.push(digest);
    if (full.length >= 1024) {
      await writeTiles(scope, trailId, full);
      full = [];
    }
  }
  await writeTiles(scope, trailId, [...full, ...tree.partialTiles()]);
  const [size, root] = [tree.size, tree.rootBytes()];
  writeGuard({ origin, size, root });
  const note = signCheckpoint(origin, size, root, logKeyOf(origin));
  writeCheckpointFile(origin, note);
  await insertCheckpoint(scope, trailId, { size, root, note });
  await countBlocks(trailId, size);
}

/** event_hash of every event in the order of seq, one character a byte, some at a time. */
export async function* storedHashes(trailId: TrailId): AsyncGenerator<string[]> {
  const snapshot = await openSnapshot({ scope: scopeOf(trailId) });
  await preferOrder(snapshot);
  let rest = '';
  let at = 19; // the head of a binary COPY
  for await (const chunk of snapshot.copy(`select event_hash from event_view where trail_id = ${trailId} order by seq`)) {
    const bytes = rest + chunk.toString('latin1');
    // 2 bytes of columns, 4 of length, 32 of hash; the end has 2
    const digests: string[] = [];
    for (; at + 38 <= bytes.length; at += 38) digests.push(bytes.slice(at + 6, at + 38));
    yield digests;
    rest = bytes.slice(at);
    at = 0;
  }
  await snapshot.close();
}
