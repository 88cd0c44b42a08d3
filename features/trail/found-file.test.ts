import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import type { Filter } from '@/core/filter';
import { setEnv } from '@/lib/env';
import { type FoundRun, forgetFound, keepFound, listFound, lookAtFound, noteFoundEvent } from './found-file';

const homes: string[] = [];
beforeEach(() => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-found-'));
  homes.push(home);
  setEnv({ INDELIBLE_HOME: home });
});
afterAll(() => {
  for (const home of homes) fs.rmSync(home, { recursive: true, force: true });
});

const MAIN = 'audit.example.com/main';
const found = (runId: number, more: Partial<FoundRun> = {}): FoundRun => ({
  ...{ origin: MAIN, runId, isCheck: false, schedule: null, at: `2026-11-01T00:00:${String(runId).padStart(2, '0')}.000000Z`, seq: null, from: 0, to: 250 },
  ...{ isDeep: false, counts: { EVENT_HASH: 1 }, findings: [{ seq: runId, code: 'EVENT_HASH', expected: 'a', found: 'b' }], views: [] },
  ...more,
});
const unread = (origin: string) => lookAtFound(origin).unread.map(({ file }) => file);
const folder = () => path.join(homes.at(-1) as string, 'found');

test('what was found is read again as it was kept, with its event once there is one, until it is forgotten', () => {
  const kept = keepFound(found(7, { views: [{ eq: ['session_id', 's-1'] }] }));
  if (kept === null) throw new Error('not kept');
  expect(listFound(MAIN)).toEqual([{ ...found(7, { views: [{ eq: ['session_id', 's-1'] }] }), file: kept.file }]);
  expect(fs.statSync(kept.file).mode & 0o777).toBe(0o600);
  noteFoundEvent(kept, 260);
  expect(listFound(MAIN)).toMatchObject([{ runId: 7, seq: 260 }]);
  forgetFound(listFound(MAIN));
  expect(listFound(MAIN)).toEqual([]);
});

test('a file is of its own trail alone, and one that is damaged keeps no other from being read', () => {
  keepFound(found(1));
  keepFound(found(2, { origin: 'audit.example.com/main.x' }));
  keepFound(found(3, { origin: 'other.example.com/main' }));
  fs.writeFileSync(path.join(folder(), 'main.4.1.json'), '{"v":1');
  expect(listFound(MAIN).map(({ runId }) => runId)).toEqual([1]);
  expect(listFound('audit.example.com/main.x').map(({ runId }) => runId)).toEqual([2]);
  expect(keepFound(found(5, { origin: 'audit.example.com/../keys' }))).toBeNull();
});

test('one that cannot be read is named, until it can be or is gone', () => {
  const kept = keepFound(found(1));
  const damaged = path.join(folder(), 'main.4.1.json');
  fs.writeFileSync(damaged, '{"v":1');
  fs.writeFileSync(path.join(folder(), 'other.5.1.json'), 'x');
  expect([unread(MAIN), unread('audit.example.com/young')]).toEqual([['found/main.4.1.json'], []]);
  fs.copyFileSync(kept?.file as string, damaged);
  expect([unread(MAIN), listFound(MAIN).length]).toEqual([[], 2]);
  fs.writeFileSync(damaged, 'x');
  expect([unread(MAIN), listFound(MAIN).length]).toEqual([['found/main.4.1.json'], 1]);
  fs.rmSync(damaged);
  expect(unread(MAIN)).toEqual([]);
  // the folder itself
  fs.renameSync(folder(), `${folder()}.kept`);
  fs.writeFileSync(folder(), '');
  expect(lookAtFound(MAIN)).toEqual({ found: [], unread: [], isClosed: true });
  fs.rmSync(folder());
  fs.renameSync(`${folder()}.kept`, folder());
  expect(lookAtFound(MAIN)).toMatchObject({ found: [{ runId: 1 }], unread: [], isClosed: false });
});

test('one that could not be read for a moment is read the next, though nothing was done to it', () => {
  const kept = keepFound(found(1));
  fs.utimesSync(kept?.file as string, 1, 1); // another than was read
  const real = fs.readFileSync;
  const busy = vi.spyOn(fs, 'readFileSync').mockImplementation((file, ...rest) => {
    if (file !== kept?.file) return real(file, ...rest);
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  });
  expect(lookAtFound(MAIN)).toEqual({ found: [], unread: [{ file: `found/${path.basename(kept?.file as string)}`, isNewer: false }], isClosed: false });
  busy.mockRestore();
  expect(lookAtFound(MAIN)).toMatchObject({ found: [{ runId: 1 }], unread: [] });
});

test('one of a newer version is not read as ours, and stays as it is', () => {
  keepFound(found(1));
  const newer = path.join(folder(), 'main.2.1.json');
  const text = JSON.stringify({ v: 2, ...found(2), since: 'the newer one knows' });
  fs.writeFileSync(newer, text);
  expect(lookAtFound(MAIN)).toMatchObject({ found: [{ runId: 1 }], unread: [{ file: 'found/main.2.1.json', isNewer: true }] });
  for (let runId = 3; runId <= 50; runId++) keepFound(found(runId));
  expect(fs.readFileSync(newer, 'utf8')).toBe(text);
  // of no version: nobody knows whose it is
  fs.writeFileSync(newer, JSON.stringify(found(2)));
  expect(lookAtFound(MAIN).unread).toEqual([{ file: 'found/main.2.1.json', isNewer: false }]);
});

test('nothing of one that is gone is held in memory', async () => {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  keepFound(found(1));
  keepFound(found(2));
  const [gone, stays] = listFound(MAIN).map((one) => new WeakRef(one));
  fs.rmSync(gone?.deref()?.file as string);
  await new Promise((done) => setTimeout(done)); // what a WeakRef has given lives until the turn ends
  expect(listFound(MAIN).length).toBe(1);
  collect();
  expect([gone?.deref(), stays?.deref()?.runId]).toEqual([undefined, 2]);
});

test('of many there are never more than so many files, and together they ask for all that each asked for', () => {
  for (let runId = 1; runId <= 50; runId++)
    keepFound(found(runId, { isDeep: runId === 1, counts: { [runId === 2 ? 'SOURCE_GAP' : 'EVENT_HASH']: 1 }, views: [{ eq: ['actor_id', `u-${runId}`] }] }));
  const kept = listFound(MAIN);
  expect(fs.readdirSync(folder()).length).toBe(32);
  expect(new Set(kept.flatMap(({ views }) => views.map((view) => JSON.stringify(view)))).size).toBe(50);
  expect(new Set(kept.flatMap(({ findings }) => findings.map(({ seq }) => seq))).size).toBe(50);
  expect(kept[0]).toMatchObject({ runId: 19, isDeep: true, counts: { SOURCE_GAP: 1, EVENT_HASH: 1 } });
});

test('of what is large so much is kept that it says what it was', () => {
  const many = Array.from({ length: 5_000 }, (_, seq) => ({ seq, code: 'EVENT_HASH', expected: 'x'.repeat(100_000), found: null }));
  const kept = keepFound(found(1, { findings: many, views: many.map(({ seq }) => ({ eq: ['actor_id', `u-${seq}`] })) }));
  expect(fs.statSync(kept?.file as string).size).toBeLessThan(1_000_000);
  expect(listFound(MAIN)[0]?.findings.length).toBe(100);
});

const month = (n: number): Filter => ({ gte: ['occurred_at', `${1970 + n}-01-01T00:00:00.000000Z`] });
const actors = (runId: number, count: number): Filter[] => Array.from({ length: count }, (_, n) => ({ eq: ['actor_id', `u-${runId}-${n}`] }));

test('months, which every run asks for, crowd out no filter that was drawn', () => {
  const drawn: Filter = { eq: ['actor_id', 'rare'] };
  keepFound(found(1, { views: [...Array.from({ length: 130 }, (_, n) => month(n)), drawn] }));
  expect(listFound(MAIN)[0]?.views.length).toBe(128);
  expect(listFound(MAIN)[0]?.views).toContainEqual(drawn);
});

test('two whose filters are too many for one stay two, and others become one', () => {
  for (let runId = 1; runId <= 40; runId++) keepFound(found(runId, { views: [month(runId), ...actors(runId, runId <= 20 ? 65 : 1)] }));
  const kept = listFound(MAIN);
  expect(kept.length).toBe(32);
  expect(kept.map(({ runId }) => runId).slice(0, 19)).toEqual(Array.from({ length: 19 }, (_, i) => i + 1));
  const asked = new Set(kept.flatMap(({ views }) => views.map((view) => JSON.stringify(view))));
  for (let runId = 1; runId <= 40; runId++) for (const view of actors(runId, runId <= 20 ? 65 : 1)) expect(asked).toContain(JSON.stringify(view));
  // where none can be joined all stay
  forgetFound(kept.slice(19));
  for (let runId = 41; runId <= 60; runId++) keepFound(found(runId, { views: actors(runId, 65) }));
  expect(listFound(MAIN).length).toBe(39);
});
