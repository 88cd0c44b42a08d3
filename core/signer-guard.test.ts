import { describe, expect, test } from 'vitest';
import { digestOf, emptyRoot, leafHash } from './merkle';
import { sha256 } from './sha256';
import { type Guard, guardText, judgeHead, judgeSignature, parseGuard } from './signer-guard';
import { prng } from './test/prng';
import { consistencyProof, inclusionProof, rootFromTiles } from './tile-proof';
import { type ReadTile, TileTree } from './tiles';

const ORIGIN = 'audit.example.com/main';
const entry = (i: number) => sha256(`leaf ${i}`);

function tilesOf(size: number, leaf = entry): ReadTile {
  const tiles = new Map<string, Buffer>();
  const tree = new TileTree(({ level, n, hashes }) => tiles.set(`${level}/${n}`, Buffer.from(hashes)));
  for (let i = 0; i < size; i++) tree.push(digestOf(leaf(i)));
  for (const { level, n, hashes } of tree.partialTiles()) tiles.set(`${level}/${n}`, hashes);
  return (level, n) => tiles.get(`${level}/${n}`) ?? null;
}

const at = async (size: number, tiles: ReadTile) => ({ origin: ORIGIN, size, root: (await rootFromTiles(size, tiles)) as Buffer });
const between = async (old: number, size: number, tiles: ReadTile) => (await consistencyProof(old, size, tiles)) ?? [];
const reasonOf = (verdict: { ok: true } | { ok: false; reason: string }) => (verdict.ok ? null : verdict.reason);

describe('the file', () => {
  const guard: Guard = { origin: ORIGIN, size: 118_204, root: sha256('root') };
  const text = `audit-guard/v1\n${ORIGIN}\n118204\n${sha256('root').toString('base64')}\n`;

  test('is these four lines and is read back', () => {
    expect(guardText(guard)).toBe(text);
    expect(parseGuard(text)).toEqual(guard);
    expect(parseGuard(Buffer.from(text))).toEqual(guard);
  });

  test('torn, longer or changed in its form it is none', () => {
    for (let i = 0; i < text.length; i++) expect(parseGuard(text.slice(0, i))).toBeNull();
    for (const bad of [
      `${text}\n`,
      `${text}x`,
      text.replace('v1', 'v2'),
      text.replace('118204', '0118204'),
      text.replace('118204', '+1'),
      text.replaceAll('\n', '\r\n'),
      `\ufeff${text}`,
    ]) {
      expect(parseGuard(bad)).toBeNull();
    }
  });
});

describe('the signer', () => {
  test('signs what extends the guard, and nothing else', async () => {
    const random = prng(5);
    const tiles = tilesOf(700);
    for (let round = 0; round < 60; round++) {
      const [old, size] = [1 + Math.floor(random() * 699), 1 + Math.floor(random() * 700)].sort((a, b) => a - b) as [number, number];
      const [guard, next] = [await at(old, tiles), await at(size, tiles)];
      const proof = await between(old, size, tiles);
      expect(judgeSignature(guard, next, 700, proof)).toEqual({ ok: true, isRepeat: old === size });
      expect(reasonOf(judgeSignature(guard, next, size - 1, proof))).toContain(`says that there are ${size - 1}`);
      if (old === size) continue;
      expect(reasonOf(judgeSignature(next, guard, 700, proof))).toContain('events are gone');
      // one event below the guard was rewritten, all hashes and tiles right
      const changed = Math.floor(random() * old);
      const forged = tilesOf(700, (i) => entry(i === changed ? 9_999 : i));
      expect(reasonOf(judgeSignature(guard, await at(size, forged), 700, await between(old, size, forged)))).toContain('do not begin with');
      expect(reasonOf(judgeSignature(guard, await at(size, forged), 700, proof))).toContain('do not begin with');
      expect(reasonOf(judgeSignature(guard, await at(old, forged), 700, []))).toContain('another root');
      // one event behind the guard was: that is not for the guard to see
      const later = tilesOf(700, (i) => entry(i === old ? 9_999 : i));
      expect(judgeSignature(guard, await at(size, later), 700, await between(old, size, later))).toEqual({ ok: true, isRepeat: false });
    }
  });

  test('without a guard it signs nothing but the empty tree of an empty trail', async () => {
    const tiles = tilesOf(3);
    const empty = { origin: ORIGIN, size: 0, root: emptyRoot() };
    expect(judgeSignature('missing', empty, 0, [])).toEqual({ ok: true, isRepeat: false });
    expect(reasonOf(judgeSignature('missing', empty, 3, []))).toContain('missing');
    expect(reasonOf(judgeSignature('missing', await at(3, tiles), 3, []))).toContain('missing');
    expect(reasonOf(judgeSignature(null, await at(3, tiles), 3, []))).toContain('damaged');
    expect(judgeSignature(empty, await at(3, tiles), 3, [])).toEqual({ ok: true, isRepeat: false });
    expect(reasonOf(judgeSignature({ ...empty, root: sha256('x') }, await at(3, tiles), 3, []))).toContain('not the empty one');
    expect(reasonOf(judgeSignature({ ...empty, origin: 'audit.example.com/other' }, await at(3, tiles), 3, []))).toContain('not of');
  });
});

describe('the first append of a process', () => {
  test('goes where the head holds what was signed', async () => {
    const tiles = tilesOf(300);
    for (const size of [1, 2, 255, 256, 257, 300]) {
      const known = await at(size, tiles);
      const proof = await inclusionProof(size - 1, size, tiles);
      const row = entry(size - 1);
      expect(judgeHead(known, 300, row, proof)).toEqual({ ok: true });
      expect(judgeHead(known, size, row, proof)).toEqual({ ok: true });
      expect(judgeHead(known, size - 1, row, proof)).toMatchObject({ ok: false, code: 'TRUNCATED', at: size - 1 });
      expect(judgeHead(known, 300, null, proof)).toMatchObject({ ok: false, code: 'TRUNCATED', at: size - 1 });
      expect(judgeHead(known, 300, entry(9_999), proof)).toMatchObject({ ok: false, code: 'FORK', at: size - 1 });
      expect(judgeHead(known, 300, row, null)).toMatchObject({ ok: false, code: 'FORK' });
      const forged = tilesOf(300, (i) => entry(i === 0 ? 9_999 : i));
      if (size > 1) expect(judgeHead(known, 300, row, await inclusionProof(size - 1, size, forged))).toMatchObject({ ok: false, code: 'FORK' });
    }
    expect(judgeHead({ size: 0, root: emptyRoot() }, 0, null, null)).toEqual({ ok: true });
    expect(leafHash(entry(0)).length).toBe(32);
  });
});
