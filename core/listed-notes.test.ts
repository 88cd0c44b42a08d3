import { expect, test } from 'vitest';
import { signAct } from './act';
import { signCheckpoint } from './checkpoint';
import { newObject } from './json';
import { KeyLineage } from './key-lineage';
import { openKnownNotes } from './known-notes';
import { ListedNotes } from './listed-notes';
import { digestOf } from './merkle';
import { KEY, longTrail, sealTrail, VKEY, walkTrail } from './test/long-trail';
import type { Found } from './tree-verdict';
import { type LogKey, makeLogKey, parseVkey, type Vkey, vkeyOf } from './vkey';

const ORIGIN = 'audit.example.com/main';
const [old, given] = [1, 2].map((n) => makeLogKey(Buffer.alloc(32, n))) as [LogKey, LogKey];
const textOf = (key: LogKey) => vkeyOf(ORIGIN, key.publicKey);
const rootAt = (size: number) => Buffer.alloc(32, size);
const ROTATED_AT = 200;
const PAGE = 7;

const row = (size: number, ...keys: LogKey[]) => ({ size, root: rootAt(size), note: signCheckpoint(ORIGIN, size, rootAt(size), ...keys) });
// the key's id stays, the signature does not
const forged = (size: number, key = old) => ({
  ...row(size, key),
  note: row(size, key).note.replace(/.(.{40}=*\n)$/, (end, rest: string) => (end[0] === 'A' ? 'B' : 'A') + rest),
});

/** Of a trail whose key was rotated, to who has the new one alone; the rows have each root. */
async function compare(rows: ReturnType<typeof row>[], known: string[] = []) {
  const vkeys = [parseVkey(textOf(given)) as Vkey];
  const keys = new KeyLineage(ORIGIN, vkeys, []);
  const details = Object.assign(newObject(), { old: textOf(old), new: textOf(given) });
  keys.act('key.rotated', signAct(ORIGIN, 'key.rotated', details, old));
  const opened = openKnownNotes(
    ORIGIN,
    vkeys,
    [row(ROTATED_AT, old, given).note, ...known].map((note) => ({ note, isOutside: false })),
  );
  const found: Found[] = [];
  const listed = new ListedNotes({ origin: ORIGIN, vkeys, keys, texts: opened.texts, opensAll: false, add: (some) => found.push(...some) });
  let at = 0;
  listed.from(async () => {
    expect(listed.counts.compared).toBe(at); // none is read ahead
    const page = rows.slice(at, at + PAGE);
    at += page.length;
    return page;
  });
  for (const { size } of rows) await listed.reached(size, digestOf(rootAt(size)));
  const { findings } = keys.judge({ accepted: opened.accepted, unknown: [...opened.unknown, ...listed.unknown] });
  return { counts: listed.counts, found: [...found, ...listed.more, ...findings].map(({ code }) => code) };
}

const before = Array.from({ length: 100 }, (_, i) => row(i + 1, old));

test('the old key, which is not given, signed before the rotation: told of by nobody, and verified by nobody', async () => {
  const known = before.slice(0, 10).map(({ note }) => note);
  expect(await compare([...before, row(ROTATED_AT, old, given)], known)).toEqual({ counts: { compared: 101, opened: 1, uncompared: 0 }, found: [] });
});

test('behind any number of these, one that the old key did not sign, and one that it signed when it was old', async () => {
  expect((await compare([...before, forged(150)])).found).toEqual(['UNKNOWN_KEY']);
  expect((await compare([...before, row(201, old), row(202, given)])).found).toEqual(['UNKNOWN_KEY']);
  // in the row of a size that was its own
  expect((await compare([{ ...row(99, old), note: row(201, old).note }, row(100, old)])).found).toEqual(['UNKNOWN_KEY']);
});

test('thousands of forged ones, a page at a time: a thousand are told, the others as one', async () => {
  const rows = Array.from({ length: 1_100 }, () => ({ ...forged(50, given), root: rootAt(51) }));
  const { found, counts } = await compare(rows);
  expect(counts).toEqual({ compared: 1_100, opened: 0, uncompared: 0 });
  expect(found).toEqual(Array(1_001).fill('NOTE_REFUSED'));
});

const trail = longTrail(1500);
const { roots, readTile } = sealTrail(trail);
const vkeys = [parseVkey(VKEY) as Vkey];
const listing = (key: LogKey) => {
  let pages = [roots.map((root, size) => ({ size, root, note: signCheckpoint(ORIGIN, size, root, key) })).slice(1)];
  return async () => {
    const [page = []] = pages;
    pages = [];
    return page;
  };
};

test('over events that are gone the tree goes by whole tiles, whatever is listed there', async () => {
  const read = new Set<number>();
  const judge = await walkTrail([...trail.slice(0, 256), ...trail.slice(1280)], {
    vkeys,
    listed: listing(KEY),
    readTile: (level, n, width) => {
      if (level === 0) read.add(n);
      return readTile(level, n, width);
    },
  });
  const { listed } = await judge.end({});
  // of those between where the tree stands after each tile none
  expect(listed).toEqual({ compared: 256 + 4 + 220, opened: 0, uncompared: 4 * 255 });
  expect([...read].toSorted((a, b) => a - b)).toEqual([0, 5]);
});

test('who reads for another leaves when there is a checkpoint by an unknown key, and not at its end', async () => {
  expect((await walkTrail(trail, { vkeys, readTile, listed: listing(KEY) })).mayPart).toBe(true);
  expect((await walkTrail(trail, { vkeys, readTile, listed: listing(given) })).mayPart).toBe(false);
});
