import { expect, test } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { makeLogKey } from '@/core/vkey';
import { noteFault } from './range';

const note = signCheckpoint('audit.example.com/main', 100, Buffer.alloc(32, 1), makeLogKey(Buffer.alloc(32, 2)));

test('a checkpoint outside the range is refused, one at its end or inside is not', () => {
  expect(noteFault(note, {})).toBeNull();
  expect(noteFault(note, { from: 99 })).toBeNull();
  expect(noteFault(note, { to: 100 })).toBeNull();
  expect(noteFault(note, { from: 100 })).toBe('it is of the first 100 events, and [100,end) does not lead there: it would not be compared. Verify from 0');
  expect(noteFault(note, { from: 10, to: 99 })).toBe(
    'it is of the first 100 events, and [10,99) does not lead there: it would not be compared. Verify from 0 to 100 or further',
  );
  expect(noteFault('no note', { from: 100 })).toBeNull();
});
