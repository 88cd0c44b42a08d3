import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Finding, FindingCode } from '@/core/finding';
import type { TrailId } from '@/db/scope';
import { setEnv } from '@/lib/env';
import type { Verdict } from './run';
import { forgetUntold, listUntold, lookAtUntold, untoldFile, withUntold } from './untold-file';
import { foundSentence } from './verdict-sentence';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-untold-'));
setEnv({ INDELIBLE_HOME: home });
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const trail = { trailId: 1 as TrailId, origin: 'audit.example.com/main' };
const found = (code: FindingCode, isDeep: boolean) => untoldFile(trail, 7, isDeep).note([{ code, seq: 5, expected: 'a', found: 'b', lastGood: null }]);
const left = (look: { start: number; isDeep: boolean }) => {
  forgetUntold(listUntold(trail), look);
  return listUntold(trail).length;
};

test('what a killed run found is forgotten by who has looked for it: deep where that takes one, and numbers of a source from the beginning', () => {
  found('EVENT_HASH', false);
  expect(left({ start: 900, isDeep: false })).toBe(0); // told by that run as not looked for
  found('SOURCE_GAP', false);
  expect(left({ start: 900, isDeep: true })).toBe(1);
  expect(left({ start: 0, isDeep: false })).toBe(0);
  found('MALFORMED', true);
  expect(left({ start: 0, isDeep: false })).toBe(1);
  expect(left({ start: 900, isDeep: true })).toBe(0);
});

const of = (code: FindingCode, seq: number, more: Partial<Finding> = {}): Finding => ({ code, seq, expected: 'a', found: 'b', lastGood: null, ...more });

test('of one of which some was looked for the rest is left', () => {
  untoldFile(trail, 7, true).note([of('EVENT_HASH', 5), of('MALFORMED', 6), of('SOURCE_GAP', 7)]);
  const codes = () => listUntold(trail).map(({ run, isDeep, findings }) => [run, isDeep, findings.map(({ code }) => code)]);
  forgetUntold(listUntold(trail), { start: 900, isDeep: false });
  expect(codes()).toEqual([[7, true, ['MALFORMED', 'SOURCE_GAP']]]);
  forgetUntold(listUntold(trail), { start: 0, isDeep: false });
  expect(codes()).toEqual([[7, true, ['MALFORMED']]]);
  // what was added meanwhile stays
  const told = listUntold(trail);
  fs.writeFileSync(told[0]?.file as string, JSON.stringify({ origin: trail.origin, run: 7, isDeep: true, findings: [of('MALFORMED', 6), of('MALFORMED', 8)] }));
  forgetUntold(told, { start: 0, isDeep: true });
  expect(codes()).toEqual([[7, true, ['MALFORMED', 'MALFORMED']]]);
  expect(left({ start: 0, isDeep: true })).toBe(0);
});

test('what indexes hold is told until a run has looked there, which a deep one alone does', () => {
  const one = of('VIEW_MISMATCH', 0, {
    seq: null,
    expected: 'entries of index audit_event_actor: 20, 17a',
    found: 'entries of index audit_event_actor: 20, 17b',
  });
  untoldFile(trail, 7, true).note([one]);
  const verdict = { findings: [], counts: {}, state: 'holds' } as unknown as Verdict;
  const untold = listUntold(trail);
  expect(withUntold(verdict, untold, { start: 0, isDeep: false, known: untold }).foundBefore).toEqual({ run: 7, findings: 1, unread: 1 });
  forgetUntold(untold, { start: 0, isDeep: false });
  expect(listUntold(trail)).toHaveLength(1);
  expect(withUntold(verdict, untold, { start: 0, isDeep: true, known: untold }).foundBefore).toEqual({ run: 7, findings: 1, unread: 0 });
  forgetUntold(untold, { start: 0, isDeep: true });
  expect(listUntold(trail)).toEqual([]);
});

test('a trail that was cut is told as cut once, where what is known now says all that was known before', () => {
  const cut = (found: number, expected: number) => of('TRUNCATED', found, { found: `${found}`, expected: `${expected}` });
  const told = (now: Finding, before: Finding) => {
    untoldFile(trail, 7).note([before]);
    const verdict = { findings: [now], counts: { TRUNCATED: 1 }, state: 'broken' } as unknown as Verdict;
    const untold = listUntold(trail);
    const joined = withUntold(verdict, untold, { start: 0, isDeep: false, known: untold }).verdict;
    forgetUntold(untold, { start: 0, isDeep: false });
    return joined;
  };
  expect(told(cut(120, 140), cut(120, 140)).findings).toHaveLength(1);
  expect(told(cut(110, 140), cut(120, 140))).toMatchObject({ counts: { TRUNCATED: 1 }, findings: [cut(110, 140)] });
  // a key or a note that named more of them is gone since
  const both = told(cut(110, 140), cut(120, 150));
  expect(both).toMatchObject({ counts: { TRUNCATED: 2 }, findings: [cut(110, 140), cut(120, 150)] });
  expect(foundSentence(both.counts, both.findings)).toBe('40 events of the newest are gone.');
});

test('a file that says nothing is counted as one, and hides none of the others; one that is gone is none', () => {
  found('EVENT_HASH', false);
  const whole = lookAtUntold(trail).untold;
  expect(whole).toHaveLength(1);
  const at = (n: number) => path.join(home, 'runs', `untold-1-8-${n}.json`);
  fs.writeFileSync(at(1), '{"origin":');
  fs.mkdirSync(at(2));
  expect(lookAtUntold(trail)).toEqual({ untold: whole, unread: ['runs/untold-1-8-1.json', 'runs/untold-1-8-2.json'] });
  fs.rmSync(at(1));
  fs.rmdirSync(at(2));
  fs.symlinkSync(path.join(home, 'nowhere'), at(3)); // as one that another process has removed since the folder was read
  expect(lookAtUntold(trail)).toEqual({ untold: whole, unread: [] });
  fs.rmSync(at(3));
  expect(left({ start: 0, isDeep: true })).toBe(0);
});
