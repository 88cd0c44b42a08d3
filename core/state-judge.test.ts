import { describe, expect, test } from 'vitest';
import { type StateAct, StateJudge, type StoredState } from './state-judge';

const act = (action: string, resourceId: string, details: object, more: Partial<StateAct> = {}): StateAct => ({
  ...{ action, outcome: 'success', resourceType: action.split('.')[0] as string, resourceId },
  details: JSON.stringify(details),
  ...more,
});
const judged = (acts: StateAct[], state: Partial<StoredState>) => {
  const judge = new StateJudge();
  for (const one of acts) judge.act(one);
  return judge.end({ accounts: [], catalogues: [], ...state }).map(({ code, expected, found }) => [code, expected, found]);
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
