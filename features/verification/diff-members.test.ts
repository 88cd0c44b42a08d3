import { expect, it } from 'vitest';
import { diffMembers } from './diff-members';

const texts = (header: object, payload: object) => ({ header: JSON.stringify(header), payload: JSON.stringify(payload) });

it('names what differs, at its depth, and counts the rest', () => {
  const stored = texts({ actor_id: 'a.ferrari', seq: 7 }, { details: { changes: { limit: { from: 5000, to: 5500 } }, ticket: 'T-1' }, salt: 'aa' });
  const copy = texts(
    { actor_id: 'j.lindqvist', seq: 7 },
    { details: { approved: true, changes: { limit: { from: 5000, to: 50000 } }, ticket: 'T-1' }, salt: 'bb' },
  );
  expect(diffMembers(stored, copy)).toEqual({
    differing: [
      { member: 'actor_id', stored: 'a.ferrari', copy: 'j.lindqvist' },
      { member: 'details/approved', stored: null, copy: 'true' },
      { member: 'details/changes/limit/to', stored: '5500', copy: '50000' },
    ],
    equal: 3,
  });
});

it('tells an empty object, null and what is absent apart', () => {
  expect(diffMembers(texts({}, { details: {}, ip_address: null }), texts({}, { details: { a: 1 } }))?.differing).toEqual([
    { member: 'details/a', stored: null, copy: '1' },
    { member: 'details', stored: '{}', copy: null },
    { member: 'ip_address', stored: 'null', copy: null },
  ]);
});

it('compares no texts that are none', () => {
  expect(diffMembers({ header: '{', payload: '{}' }, texts({}, {}))).toBeNull();
});
