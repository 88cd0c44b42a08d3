import { expect, it } from 'vitest';
import { leftWords } from './epoch-words';

it('says that none is left only where the events were looked for by their own number', () => {
  expect(leftWords({ here: 0, found: { TRUNCATED: 1 } })).toBe('none was left');
  expect(leftWords({ here: 0, found: null })).toBe('none was found under any number that the tables of trails, end markers and months name');
  expect(leftWords({ here: 1, found: null })).toBe('1 was left');
  expect(leftWords({ here: 6, found: { TRUNCATED: 1 } })).toBe('6 were left');
});
