import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TILE_BYTES, type Tile } from '@/core/tiles';
import { openSpool } from './tile-spool';

test('tiles come back in their order, and nothing is left in the folder', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'spool-test-'));
  const tiles = Array.from({ length: 700 }, (_, i): Tile => ({ level: i % 3, n: 2 ** 40 + i, width: 256, hashes: Buffer.alloc(TILE_BYTES, i % 251) }));
  const spool = openSpool(folder);
  expect(fs.readdirSync(folder)).toEqual([]);
  for (const [from, to] of [
    [0, 1],
    [1, 300],
    [300, 300],
    [300, 700],
  ] as const)
    spool.add(tiles.slice(from, to));
  const batches = [...spool.batches()];
  expect(batches.map((batch) => batch.length)).toEqual([256, 256, 188]);
  const words = ({ level, n, width, hashes }: Tile) => `${level} ${n} ${width} ${hashes.toString('base64')}`;
  expect(batches.flat().map(words)).toEqual(tiles.map(words));
  spool.close();
  fs.rmdirSync(folder);
});
