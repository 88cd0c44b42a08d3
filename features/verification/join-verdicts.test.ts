import { expect, test } from 'vitest';
import { joinVerdicts } from './join-verdicts';
import { longestChain } from './queries/longest-chain';
import type { Verdict } from './run';

const first = { from: 0, size: 400, root: 'aa', isOutside: false, away: [], eventHash: 'e1' };
const second: Verdict = {
  from: 400,
  to: 620,
  checked: 220,
  counts: {},
  findings: [],
  state: 'consistent',
  isCancelled: false,
  toEventHash: 'e2',
  sealedTo: 0,
  root: null,
  provenTo: 0,
  readers: 1,
  views: [],
  sealedValues: { sealed: 1, erased: 0 },
  away: [],
  stubs: 0,
  notes: [],
  listed: { compared: 1, opened: 1, uncompared: 0 },
  mayLack: false,
};

test('the whole is what both parts are, and of sealed values only one part is known', () => {
  expect(joinVerdicts(first, { ...second, state: 'holds', sealedTo: 600, root: 'bb', provenTo: 600 })).toMatchObject({
    from: 0,
    to: 620,
    checked: 620,
    state: 'holds',
    sealedTo: 600,
    root: 'bb',
    provenTo: 600,
    toEventHash: 'e2',
    sealedValues: null,
  });
});

test('a second part without a checkpoint rests on that of the first, as far as that was known outside', () => {
  expect(joinVerdicts(first, second)).toMatchObject({ state: 'consistent', sealedTo: 400, root: 'aa', provenTo: 0 });
  expect(joinVerdicts({ ...first, isOutside: true }, second)).toMatchObject({ state: 'holds', sealedTo: 400, root: 'aa', provenTo: 400 });
});

test('what the second part found stands, and so does that it was stopped', () => {
  const counts = { EVENT_HASH: 1 };
  expect(joinVerdicts({ ...first, isOutside: true }, { ...second, counts, state: 'broken' })).toMatchObject({ state: 'broken', counts });
  expect(joinVerdicts({ ...first, isOutside: true }, { ...second, state: 'cancelled', isCancelled: true })).toMatchObject({
    state: 'cancelled',
    isCancelled: true,
  });
  const bare = { ...second, to: 400, checked: 0, state: 'not_covered' as const, toEventHash: null };
  expect(joinVerdicts(first, bare)).toMatchObject({ checked: 400, state: 'consistent', toEventHash: 'e1' });
  // what the second was asked for is lawfully gone
  expect(joinVerdicts(first, { ...bare, to: 450, away: [{ kind: 'archived', from: 400, to: 450, count: 50 }] })).toMatchObject({ to: 450, toEventHash: null });
});

test('runs that went on from one another reach as far as the last without a hole', () => {
  const chain = (...runs: [number, number][]) => longestChain(runs.map(([from, size]) => ({ from, size }))).map(({ size }) => size);
  expect(chain()).toEqual([]);
  expect(chain([0, 100], [100, 150], [150, 170])).toEqual([100, 150, 170]);
  expect(chain([150, 170], [0, 100])).toEqual([100]);
  expect(chain([100, 150], [0, 160], [0, 100], [160, 165])).toEqual([160, 165]);
  expect(chain([5, 100])).toEqual([]);
});

test('what is lawfully away of either part is, and was not checked', () => {
  const [march, may] = [
    { kind: 'archived', from: 0, to: 40, count: 40 },
    { kind: 'archived', from: 500, to: 510, count: 10 },
  ] as const;
  expect(joinVerdicts({ ...first, away: [march] }, { ...second, checked: 210, away: [may] })).toMatchObject({ checked: 570, away: [march, may] });
  const disposed = { kind: 'disposed', from: 60, to: 80, count: 3 } as const;
  expect(joinVerdicts({ ...first, away: [disposed] }, { ...second, stubs: 2 })).toMatchObject({ checked: 620, stubs: 5 });
});
