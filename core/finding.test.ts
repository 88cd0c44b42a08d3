import { expect, test } from 'vitest';
import { canBeOfCaller } from './finding';

test('what can lie in what a caller brought: not what rows alone say, and under our own keys not what signed roots say', () => {
  for (const code of ['FORK', 'EQUIVOCATION', 'TRUNCATED', 'TILE_MISMATCH', 'ROOT_MISMATCH']) {
    expect(canBeOfCaller({ [code]: 1 })).toBe(true);
    expect(canBeOfCaller({ [code]: 1, UNKNOWN_KEY: 1 }, true)).toBe(false);
  }
  for (const code of ['UNKNOWN_KEY', 'NOTE_REFUSED', 'WRONG_TRAIL', 'KEY_ROTATED', 'ERASURE_UNLOGGED']) expect(canBeOfCaller({ [code]: 1 }, true)).toBe(true);
  expect(canBeOfCaller({ EVENT_HASH: 1, UNKNOWN_KEY: 1 })).toBe(false);
  expect([canBeOfCaller({ CHAIN_LINK: 1 }), canBeOfCaller({ CHAIN_LINK: 1, SEQ_GAP: 1 }, true)]).toEqual([false, true]);
});
