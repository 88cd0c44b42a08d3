import { expect, test } from 'vitest';
import { newObject } from '@/core/json';
import { awayOf, awayWithin, countAway } from './away';

const march = { kind: 'archived', from: 0, to: 40, count: 40 } as const;
const some = { kind: 'disposed', from: 80, to: 120, count: 4 } as const;

test('what an event says in our form is read, and nothing else', () => {
  expect(awayOf([march, some])).toEqual([march, some]);
  expect(awayOf([Object.assign(newObject(), march)])).toEqual([march]);
  for (const said of [undefined, null, 'all', {}, [{ ...march, count: 41 }], [{ ...march, kind: 'lost' }], [{ ...march, from: -1 }], [{ ...some, count: 0 }]])
    expect(awayOf(said)).toEqual([]);
  expect([countAway([march, some], 'archived'), countAway([march, some], 'disposed'), countAway(undefined, 'disposed')]).toEqual([40, 4, 0]);
});

test('of a part of a place its events are known where all of its range is away', () => {
  expect(awayWithin(march, { from: 30, to: 60 })).toEqual({ kind: 'archived', from: 30, to: 40, count: 10, isExact: true });
  expect(awayWithin(some, { from: 0, to: 200 })).toEqual({ ...some, isExact: true });
  expect(awayWithin(some, { from: 0, to: 82 })).toEqual({ ...some, to: 82, count: 2, isExact: false });
  expect(awayWithin(some, { from: 120, to: 200 })).toBeNull();
});
