// Full tiles of a walk that has not reached its head yet: in a file without a name, because nothing may be stored before the rows are bound to a head whose MAC is ours, and
// memory does not grow with the backlog. Beside the checkpoints and not in the database, which somebody else may write to; gone with the process, however it ends.
//
//   level, 4 bytes │ n, 8 bytes │ 256 × 32 bytes of hashes      one after the other
//
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { TILE_BYTES, TILE_WIDTH, type Tile } from '@/core/tiles';

const HEAD_BYTES = 12;
const RECORD_BYTES = HEAD_BYTES + TILE_BYTES;
const TILES_A_BATCH = 256; // 2 MB

export type TileSpool = { add: (tiles: readonly Tile[]) => void /** In the order they came. */; batches: () => Generator<Tile[]>; close: () => void };

/** Close it. @param folder one that is there already; nothing is left in it. @throws what the file system says, such as that the disk is full */
export function openSpool(folder: string): TileSpool {
  const file = path.join(folder, `.tiles.${process.pid}.${randomBytes(6).toString('hex')}`);
  const fd = fs.openSync(file, 'wx+', 0o600);
  fs.unlinkSync(file);
  let count = 0;

  function add(tiles: readonly Tile[]) {
    const bytes = Buffer.alloc(tiles.length * RECORD_BYTES);
    for (const [i, { level, n, hashes }] of tiles.entries()) {
      bytes.writeUInt32BE(level, i * RECORD_BYTES);
      bytes.writeBigUInt64BE(BigInt(n), i * RECORD_BYTES + 4);
      hashes.copy(bytes, i * RECORD_BYTES + HEAD_BYTES);
    }
    for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done, bytes.length - done, count * RECORD_BYTES + done);
    count += tiles.length;
  }

  function* batches(): Generator<Tile[]> {
    for (let at = 0; at < count; at += TILES_A_BATCH) {
      const bytes = Buffer.alloc(Math.min(TILES_A_BATCH, count - at) * RECORD_BYTES);
      for (let done = 0; done < bytes.length; ) {
        const read = fs.readSync(fd, bytes, done, bytes.length - done, at * RECORD_BYTES + done);
        if (read === 0) throw new Error('the file of tiles is shorter than what was written');
        done += read;
      }
      const tiles: Tile[] = [];
      for (let from = 0; from < bytes.length; from += RECORD_BYTES) {
        const hashes = bytes.subarray(from + HEAD_BYTES, from + RECORD_BYTES);
        tiles.push({ level: bytes.readUInt32BE(from), n: Number(bytes.readBigUInt64BE(from + 4)), width: TILE_WIDTH, hashes });
      }
      yield tiles;
    }
  }

  return { add, batches, close: () => fs.closeSync(fd) };
}
