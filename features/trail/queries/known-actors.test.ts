import { expect, test } from 'vitest';
import type { Filter } from '@/core/filter';
import { withNames } from './known-actors';

const ACTORS = ['', 'adm-1', 'svc-1', 'svc-2', 'u-1001'];
const contains = (text: string): Filter => ({ contains: ['actor_id', text] });

test.each<[string, Filter, Filter]>([
  ['a part', contains('vc-'), { in: ['actor_id', ['svc-1', 'svc-2']] }],
  ['a part that nobody has', contains('nobody'), { or: [] }],
  ['the empty part, which all have', contains(''), { in: ['actor_id', ACTORS] }],
  ['a beginning', { prefix: ['actor_id', 'adm'] }, { in: ['actor_id', ['adm-1']] }],
  [
    'whatever stands around it',
    { and: [{ not: contains('svc') }, { or: [contains('1001'), { eq: ['outcome', 'denied'] }] }] },
    { and: [{ not: { in: ['actor_id', ['svc-1', 'svc-2']] } }, { or: [{ in: ['actor_id', ['u-1001']] }, { eq: ['outcome', 'denied'] }] }] },
  ],
  ['another field', { contains: ['action', 'svc'] }, { contains: ['action', 'svc'] }],
])('actors are named for %s', (_, filter, named) => {
  expect(withNames(filter, ACTORS)).toEqual(named);
});

test('a part that very many have is asked as it is', () => {
  const many = Array.from({ length: 200 }, (_, i) => `u-${i}`);
  expect(withNames(contains('u-'), many)).toEqual(contains('u-'));
});
