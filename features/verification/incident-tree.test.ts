// Proofs written out as commands, run by sh, for every pair of small sizes: those of a power of two begin otherwise than the others.
import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { sha256 } from '@/core/sha256';
import { treeOf } from '@/core/test/tree-of';
import { consistencyProof, inclusionProof, leafFromTiles } from '@/core/tile-proof';
import { consistencyCommands, inclusionCommands, NODE } from './incident-tree';

const MOST = 9;
const hashes = Array.from({ length: MOST }, (_, i) => sha256(`event ${i}`));
const rootOf = (size: number) => treeOf(hashes.slice(0, size)).root.toString('hex');
const { readTile } = treeOf(hashes);
const hex = (proof: Buffer[] | null) => (proof as Buffer[]).map((hash) => hash.toString('hex'));
const run = (commands: string[]) =>
  execFileSync('sh', ['-c', ['sum() { sha256sum | cut -c1-64; }', NODE, ...commands].join('\n')], { encoding: 'utf8' })
    .trim()
    .split('\n');
const hasXxd = spawnSync('sh', ['-c', 'command -v xxd']).status === 0;

test.skipIf(!hasXxd)('both roots of a consistency proof', { timeout: 60_000 }, async () => {
  const [commands, due]: [string[], string[]] = [[], []];
  for (let to = 2; to <= MOST; to++)
    for (let from = 1; from < to; from++) {
      const consistency = hex(await consistencyProof(from, to, treeOf(hashes.slice(0, to)).readTile));
      const tree = { from, to, fromRoot: rootOf(from), toRoot: rootOf(to), consistency, inclusion: null };
      commands.push(...consistencyCommands(tree), 'echo $f $s');
      due.push(`${rootOf(from)} ${rootOf(to)}`);
    }
  expect(run(commands)).toEqual(due);
});

test.skipIf(!hasXxd)('the root of an inclusion proof', { timeout: 60_000 }, async () => {
  const commands: string[] = [];
  for (let seq = 0; seq < MOST; seq++) {
    const leaf = (await leafFromTiles(seq, MOST, readTile))?.toString('hex') ?? '';
    commands.push(...inclusionCommands(seq, MOST, leaf, hex(await inclusionProof(seq, MOST, readTile))), 'echo $r');
  }
  expect(run(commands)).toEqual(Array(MOST).fill(rootOf(MOST)));
});
