import { expect, test } from 'vitest';
import { afterFailure, afterTurn, freshWatch, type Watch } from './watch';

const onTheWay = { added: 0, isWhole: false };

test('a long way that fails at the same place each time is tried a longer while later each time, and is stuck', () => {
  let watch: Watch = { ...freshWatch(), stuckSince: 5 };
  const pauses: number[] = [];
  for (let round = 0; round < 6; round++) {
    watch = afterTurn(watch, onTheWay, round === 0, 100);
    expect(watch).toMatchObject({ isUnderWay: true, lookedAt: 100, stuckSince: round === 0 ? null : 5 });
    watch = { ...afterFailure(watch, 100), stuckSince: 5, isStaleTold: true };
    pauses.push(watch.nextTryAt - 100);
  }
  expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(afterTurn(watch, onTheWay, false, 100)).toMatchObject({ failures: 6, isStaleTold: true });
});

test('a signature, or a trail that is whole, begins it anew', () => {
  const failed = afterFailure({ ...freshWatch(), stuckSince: 5 }, 100);
  expect(afterTurn(failed, { added: 3, isWhole: false }, false, 200)).toEqual({ ...freshWatch(200), isUnderWay: true });
  expect(afterTurn(failed, { added: 0, isWhole: true }, false, 200)).toEqual(freshWatch(200));
});
