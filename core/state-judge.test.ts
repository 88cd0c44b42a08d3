import { describe, expect, test } from 'vitest';
import { bundleEnd, importEnd, verifiedEnd } from './run-end';
import { type StateAct, StateJudge, type StoredState } from './state-judge';

const act = (action: string, resourceId: string, details: object, more: Partial<StateAct> = {}): StateAct => ({
  ...{ trail: 'host/indelible', actorId: 'indelible', action, outcome: 'success', resourceType: action.split('.')[0] as string, resourceId },
  details: JSON.stringify(details),
  ...more,
});
const judged = (acts: StateAct[], state: Partial<StoredState>) => {
  const judge = new StateJudge();
  for (const one of acts) judge.act(one);
  return judge.end({ accounts: [], catalogues: [], runs: [], ...state }).map(({ code, expected, found }) => [code, expected, found]);
};
const ines = (role = 'admin', isDisabled = false) => ({ accounts: [{ userId: 'ines', role, isDisabled }] });
const created = act('account.created', 'ines', { role: 'admin', first: true });
const code = 'STATE_UNLOGGED';

describe('accounts', () => {
  test('what an act explains is no finding, and one that was removed is none', () => {
    expect(judged([created], ines())).toEqual([]);
    expect(judged([created], {})).toEqual([]);
    expect(judged([created, act('account.changed', 'ines', { role: 'viewer' })], ines('viewer'))).toEqual([]);
    expect(judged([created, act('account.changed', 'ines', { name: 'Ines' })], ines())).toEqual([]);
    expect(judged([created, act('account.disabled', 'ines', {})], ines('admin', true))).toEqual([]);
    expect(judged([created, act('account.disabled', 'ines', {}), act('account.changed', 'ines', { disabled: false })], ines())).toEqual([]);
  });

  test('an account that nobody made, another role, one that is let in again, one that is shut out', () => {
    expect(judged([], ines())).toEqual([[code, null, 'account ines admin']]);
    expect(judged([act('account.created', 'ines', { role: 'viewer' })], ines())).toEqual([[code, 'account ines viewer', 'account ines admin']]);
    expect(judged([created, act('account.disabled', 'ines', {})], ines())).toEqual([[code, 'account ines admin disabled', 'account ines admin']]);
    expect(judged([created], ines('admin', true))).toEqual([[code, 'account ines admin', 'account ines admin disabled']]);
  });

  test('what did not succeed, and what is about something else, makes no account', () => {
    expect(judged([{ ...created, outcome: 'denied' }], ines())).toHaveLength(1);
    expect(judged([{ ...created, resourceType: 'trail' }], ines())).toHaveLength(1);
    expect(judged([act('account.changed', 'ines', { role: 'admin' })], ines())).toHaveLength(1);
    expect(judged([{ ...created, details: 'no json' }], ines())).toHaveLength(1);
  });
});

test('a catalogue: its text as it was published, and no other', () => {
  const published = act('catalogue.published', 'default-1', { id: 'default-1', sha256: 'aa' });
  const stored = (sha256: string, version = 'default-1') => ({ catalogues: [{ version, sha256 }] });
  expect(judged([published], stored('aa'))).toEqual([]);
  expect(judged([published], stored('bb'))).toEqual([[code, 'catalogue default-1 aa', 'catalogue default-1 bb']]);
  // an older product wrote a shorter text under the same name, then its successor the longer one
  expect(judged([published, act('catalogue.published', 'default-1', { sha256: 'bb' })], stored('bb'))).toEqual([]);
  expect(judged([published], { catalogues: [...stored('aa').catalogues, ...stored('cc', 'mine').catalogues] })).toEqual([[code, null, 'catalogue mine cc']]);
  expect(judged([published], {})).toEqual([]);
});

describe('runs', () => {
  const counts = { read: 3, appended: 2, duplicates: 1, rejected: 0 };
  const imported = act('import.finished', 'host/main', { run: 7, state: 'done', ...counts }, { resourceType: 'trail', actorId: 'ines' });
  const bundled = act('bundle.created', 'b-1', { bundle_id: 'b-1', tagmanifest_sha256: 'aa' });
  const verified = act('verification.finished', '8', { state: 'holds' }, { resourceType: 'run', trail: 'host/main' });
  const checked = act('resource.verified', '9', { trail: 'host/main', state: 'broken' }, { resourceType: 'run' });

  test('what an event tells of is no finding, by the row or by its text', () => {
    const runs = [
      { runId: 7, ...importEnd(7, 'host/main', 'ines', { read: '3', appended: '2', duplicates: '1', rejected: '0' }) },
      { runId: 6, ...bundleEnd('b-1', 'indelible', 'aa') },
      { runId: 8, ...verifiedEnd(8, 'verify', 'host/main', 'holds') },
      { runId: 9, ...verifiedEnd(9, 'resource', 'host/main', 'broken') },
    ];
    expect(judged([imported, bundled, verified, checked], { runs })).toEqual([]);
    expect(judged([], { runs })).toHaveLength(4);
    expect(judged([imported, bundled, verified, checked], {})).toEqual([]);
  });

  test('another verdict, trail, kind, person, figure or file; an end that was none; two runs of which one event tells', () => {
    const said = (runId: number, end: { name: string; said: string }, ...acts: StateAct[]) =>
      judged([...acts, imported, bundled, verified, checked], { runs: [{ runId, ...end }] });
    const told = 'run 8: verification of host/main, holds';
    expect(said(8, verifiedEnd(8, 'verify', 'host/main', null))).toEqual([[code, told, 'run 8: verification of host/main, –']]);
    expect(said(8, verifiedEnd(8, 'verify', 'host/other', 'holds'))).toEqual([[code, told, 'run 8: verification of host/other, holds']]);
    expect(said(8, verifiedEnd(8, 'resource', 'host/main', 'holds'))).toHaveLength(1);
    expect(said(7, importEnd(7, 'host/main', 'someone', counts))).toHaveLength(1);
    expect(said(7, importEnd(7, 'host/main', 'ines', { ...counts, rejected: 1 }))).toHaveLength(1);
    expect(said(6, bundleEnd('b-1', 'indelible', 'bb'))).toHaveLength(1);
    const cancelled = { ...imported, outcome: 'failure', details: JSON.stringify({ run: 5, ...counts }) };
    expect(said(5, importEnd(5, 'host/main', 'ines', counts), cancelled)).toEqual([
      [code, null, 'run 5: import into host/main by ines, read 3, appended 2, duplicates 1, rejected 0'],
    ]);
    const twice = [6, 10].map((runId) => ({ runId, ...bundleEnd('b-1', 'indelible', 'aa') }));
    expect(judged([bundled], { runs: twice })).toEqual([[code, null, 'run 10: bundle b-1 by indelible, tag manifest aa']]);
  });

  test('of several events that bear a number, as where another database gave it too, one that says the same is enough', () => {
    const other = { ...verified, details: '{"state": "not_covered", "unconfirmed": true}' };
    for (const acts of [
      [verified, other],
      [other, verified],
    ])
      expect(judged(acts, { runs: [{ runId: 8, ...verifiedEnd(8, 'verify', 'host/main', 'holds') }] })).toEqual([]);
  });
});
