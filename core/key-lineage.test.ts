import { describe, expect, test } from 'vitest';
import { type ActAction, signAct } from './act';
import { signCheckpoint } from './checkpoint';
import { newObject } from './json';
import { KeyLineage } from './key-lineage';
import { type KnownNote, openKnownNotes } from './known-notes';
import { type LogKey, makeLogKey, parseVkey, type Vkey, vkeyOf } from './vkey';

const ORIGIN = 'audit.example.com/main';
const [first, second, third, stranger] = [1, 2, 3, 9].map((n) => makeLogKey(Buffer.alloc(32, n))) as [LogKey, LogKey, LogKey, LogKey];
const textOf = (key: LogKey) => vkeyOf(ORIGIN, key.publicKey);
const vkey = (key: LogKey) => parseVkey(textOf(key)) as Vkey;
const idOf = (...keys: LogKey[]) => keys.map((key) => `${ORIGIN}+${vkey(key).keyId}`).join(' ');
const note = (size: number, ...keys: LogKey[]): KnownNote => ({ note: signCheckpoint(ORIGIN, size, Buffer.alloc(32, size), ...keys), isOutside: false });
const act = (action: ActAction, by: LogKey, details: Record<string, string | number>) => ({
  action,
  details: signAct(ORIGIN, action, Object.assign(newObject(), details), by),
});
const rotated = (old: LogKey, to: LogKey, by = old) => act('key.rotated', by, { old: textOf(old), new: textOf(to) });

function judge(given: LogKey[], notes: KnownNote[], acts: { action: string; details: ReturnType<typeof signAct> }[]) {
  const vkeys = given.map(vkey);
  const lineage = new KeyLineage(ORIGIN, vkeys, []);
  for (const { action, details } of acts) lineage.act(action, details);
  const { accepted, findings } = lineage.judge(openKnownNotes(ORIGIN, vkeys, notes));
  return { sizes: accepted.map(({ size }) => size), found: findings.map(({ code, expected, found }) => `${code} ${expected ?? '–'} ${found}`) };
}

const twice = [note(5, first), note(10, first, second), note(15, second), note(20, second, third), note(25, third)];
const acts = [rotated(first, second), rotated(second, third)];

describe('a trail whose key was rotated twice', () => {
  test('all keys given: every note counts', () => {
    expect(judge([first, second, third], twice, acts)).toEqual({ sizes: [5, 10, 15, 20, 25], found: [] });
  });

  test('the first one alone: what it signed counts, each successor is told once, and their notes are no strangers', () => {
    expect(judge([first], twice, acts)).toEqual({ sizes: [5, 10], found: [`KEY_ROTATED 10 ${textOf(second)}`, `KEY_ROTATED 20 ${textOf(third)}`] });
  });

  test('the newest one alone: the notes of its predecessors do not count, and are no strangers', () => {
    expect(judge([third], twice, acts)).toEqual({ sizes: [20, 25], found: [] });
    expect(judge([third], [...twice, { ...note(4, first), isBrought: true }], acts).found).toEqual([`UNKNOWN_KEY – ${idOf(first)}`]);
  });

  test('without its acts a second signature says nothing, and the rest is by keys that nobody knows', () => {
    expect(judge([first], twice, [])).toEqual({ sizes: [5, 10], found: [second, [second, third], third].map((by) => `UNKNOWN_KEY – ${idOf(...[by].flat())}`) });
    // the word of a third party, and that of the successor himself
    expect(judge([first], twice, [rotated(first, second, stranger), rotated(second, second)]).found).toHaveLength(3);
  });

  test('a predecessor that signs behind its end, and a successor before its beginning, are strangers', () => {
    expect(judge([second], [note(10, first, second), note(12, first)], acts).found).toEqual([`UNKNOWN_KEY – ${idOf(first)}`]);
    expect(judge([first], [note(10, first, second), note(8, second)], acts).found).toEqual([
      `KEY_ROTATED 10 ${textOf(second)}`,
      `UNKNOWN_KEY – ${idOf(second)}`,
    ]);
  });

  test('a note by nobody of the family stays a stranger', () => {
    for (const given of [[first], [second], [third], [first, second, third]])
      expect(judge(given, [...twice, note(11, stranger)], acts).found).toContain(`UNKNOWN_KEY – ${idOf(stranger)}`);
  });
});

describe('a key that was stolen', () => {
  const stolen = (by: LogKey, lastTrustedSize = 7) => act('key.compromised', by, { vkey: textOf(first), last_trusted_size: lastTrustedSize });
  const notes = [note(5, first), note(9, first), note(10, first, second), note(15, second)];

  test('its notes above the last trusted size are unknown, beside another given key they count', () => {
    expect(judge([first, second], notes, [acts[0] as (typeof acts)[0], stolen(second)])).toEqual({
      sizes: [5, 10, 15],
      found: [`UNKNOWN_KEY – ${idOf(first)}`],
    });
    expect(judge([first, second], notes, [acts[0] as (typeof acts)[0], stolen(second, 9)]).found).toEqual([]);
  });

  test('said by itself or by a key that was not given it says nothing', () => {
    expect(judge([first, second], notes, [stolen(first)]).found).toEqual([]);
    expect(judge([first], [note(5, first), note(9, first)], [stolen(second)])).toEqual({ sizes: [5, 9], found: [] });
  });

  test('to who was given the newer key alone the same notes are unknown', () => {
    expect(judge([second], notes, [acts[0] as (typeof acts)[0], stolen(second)])).toEqual({ sizes: [10, 15], found: [`UNKNOWN_KEY – ${idOf(first)}`] });
  });
});
