import { expect, test } from 'vitest';
import type { Filter } from '@/core/filter';
import { withNames } from './known-values';

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
  expect(withNames(filter, { actor_id: ACTORS })).toEqual(named);
});

test('a part that very many have is asked as it is', () => {
  const many = Array.from({ length: 200 }, (_, i) => `u-${i}`);
  expect(withNames(contains('u-'), { actor_id: many })).toEqual(contains('u-'));
});

test('each field by its own values; one whose values are not known is asked as it is', () => {
  const agent: Filter = { contains: ['user_agent', 'curl'] };
  expect(withNames({ or: [contains('svc'), agent] }, { actor_id: ACTORS, user_agent: ['curl/8.5', 'Firefox/142'] })).toEqual({
    or: [{ in: ['actor_id', ['svc-1', 'svc-2']] }, { in: ['user_agent', ['curl/8.5']] }],
  });
  expect(withNames(agent, { actor_id: ACTORS })).toEqual(agent);
});
