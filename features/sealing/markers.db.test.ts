// Real processes that write the files beside a key at the same moment: none loses what another wrote, and one that is killed holds nobody up.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { program, type Started } from '@/db/test/program';
import type { Appended } from '@/features/trail/appended';
import { readLost } from '@/features/trail/lost-file';
import { clearRefusal, readRefusal, writeRefusal } from '@/features/trail/refusal-file';
import { setEnv } from '@/lib/env';
import { readAdopting } from './adoption-file';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

type Line = { done?: number; found?: Appended[] };
const ORIGIN = 'audit.example.com/main';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'marker test '));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const worker = program<Line>('features/sealing/test/marker-worker.ts', {});
const [PROCESSES, TIMES] = [4, 25];
let home: string;
let made = 0;

beforeEach(() => {
  home = path.join(folder, `home ${++made}`);
  setEnv({ INDELIBLE_HOME: home });
});

const start = (what: string, number: number) => worker.start([what, String(number), String(TIMES)], { env: { INDELIBLE_HOME: home } });
const startAll = async (what: string): Promise<Started<Line>[]> => {
  const all = Array.from({ length: PROCESSES }, (_, number) => start(what, number + 1));
  await Promise.all(all.map(({ ready }) => ready));
  return all;
};
const ended = async (all: Started<Line>[]) => {
  for (const { left } of all) expect(await left).toBe(0);
};
const name = ({ nextSeq }: Appended) => nextSeq;
const numbers = (of = (_: number) => true) =>
  Array.from({ length: PROCESSES }, (_, p) => Array.from({ length: TIMES }, (_, i) => (of(i) ? [1000 * (p + 1) + i] : [])).flat()).flat();

test('what each process knew stands beside what the others knew', async () => {
  const all = await startAll('refuse');
  for (const one of all) one.go();
  await ended(all);
  expect(readRefusal(ORIGIN)?.known?.map(name)).toEqual(numbers());
  expect(readRefusal(ORIGIN)?.reason).toMatch(/^reason [012]$/);
  clearRefusal(ORIGIN);
  expect(readRefusal(ORIGIN)).toBeNull();
});

test('who ends a refusal ends what he found, and nothing that was written meanwhile', async () => {
  const [all, signer] = [await startAll('refuse'), start('clear', 0)];
  await signer.ready;
  for (const one of [...all, signer]) one.go();
  await ended(all);
  signer.go();
  await ended([signer]);
  const found = signer.lines.flatMap((line) => line.found ?? []).map(name);
  expect(found.length).toBeGreaterThan(TIMES); // it was at work beside them
  expect([...new Set([...found, ...(readRefusal(ORIGIN)?.known ?? []).map(name)])].sort((a, b) => a - b)).toEqual(numbers());
});

test('one that is killed in the middle holds nobody up, and what it had written stands', async () => {
  const all = await startAll('refuse');
  for (const one of all) one.go();
  await expect.poll(() => all[0]?.lines.length, { interval: 1 }).toBeGreaterThan(3);
  await all[0]?.kill();
  await ended(all.slice(1));
  const known = readRefusal(ORIGIN)?.known?.map(name);
  for (const { done } of all[0]?.lines ?? []) expect(known).toContain(1000 + (done as number));
  expect(known).toEqual(expect.arrayContaining(numbers().filter((one) => one >= 2000)));
  clearRefusal(ORIGIN);
  expect(readRefusal(ORIGIN)).toBeNull();
});

test('adoptions that are begun and told at the same moment: those that are not told stay due', async () => {
  const all = await startAll('adopt');
  for (const one of all) one.go();
  await ended(all);
  expect(
    readAdopting(ORIGIN)
      .map(({ size }) => size)
      .sort((a, b) => a - b),
  ).toEqual(numbers((i) => i % 2 === 0));
});

test('what is given up by several at once is given up', async () => {
  const all = await startAll('give-up');
  for (const one of all) one.go();
  await ended(all);
  const lost = readLost(ORIGIN);
  expect('unread' in lost ? lost : lost.map(name).sort((a, b) => a - b)).toEqual(numbers());
});

test('a line of what was given up that a kill tore spoils none behind it', async () => {
  fs.mkdirSync(path.join(home, 'keys'), { recursive: true });
  fs.writeFileSync(path.join(home, 'keys/main.lost'), '[{"nextSeq":7,"lastHash":"ab');
  const one = start('give-up', 1);
  await one.ready;
  one.go();
  await ended([one]);
  expect(readLost(ORIGIN)).toHaveLength(TIMES);
});

test('on a full disk a refusal holds in its process with all that it knows, and is written once there is room', () => {
  const marker = (nextSeq: number) => ({ nextSeq, lastHash: 'ab'.repeat(32) });
  const refuse = (nextSeq: number) => writeRefusal(ORIGIN, { since: `at ${nextSeq}`, reason: 'gone', known: [marker(nextSeq)] });
  const full = vi.spyOn(fs, 'openSync').mockImplementation(() => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  });
  try {
    for (const nextSeq of [1, 2]) refuse(nextSeq);
    expect(readRefusal(ORIGIN)).toMatchObject({ since: 'at 1', reason: 'gone', known: [marker(1), marker(2)] });
  } finally {
    full.mockRestore();
  }
  expect(readRefusal(ORIGIN)?.seen).toMatchObject({ text: null, files: [] });
  refuse(3);
  const written = readRefusal(ORIGIN);
  expect(written).toMatchObject({ since: 'at 1', known: [marker(1), marker(2), marker(3)], seen: { held: undefined } });
  expect(written?.seen.files).toHaveLength(3);
  refuse(4); // meanwhile
  clearRefusal(ORIGIN, written);
  expect(readRefusal(ORIGIN)).toMatchObject({ reason: expect.stringContaining('nobody has looked yet'), known: [marker(4)] });
  clearRefusal(ORIGIN);
  expect(readRefusal(ORIGIN)).toBeNull();
});
