import { describe, expect, it } from 'vitest';
import { readChanges } from './changes';
import { stateAtTwo } from './resource-state';

const change = (seq: number, day: string, changes: unknown) => ({ seq, occurredAt: `2026-${day}T10:00:00.000000Z`, details: JSON.stringify({ changes }) });
const HISTORY = [
  change(10, '08-01', { limit: { old: '1000', new: '5000' } }),
  change(20, '08-26', { limit: { old: '5000', new: '50000' }, approval: { old: true, new: false } }),
  change(30, '11-18', { hold: { old: null, new: 'risk' } }),
];
const at = (day: string) => `2026-${day}T00:00:00.000000Z`;
const field = (name: string, a: string, b: string) => stateAtTwo(HISTORY, at(a), at(b)).find((one) => one.field === name);

describe('stateAtTwo', () => {
  it('takes the newest value set until then, and who set it', () => {
    expect(field('limit', '08-25', '11-24')).toEqual({ field: 'limit', a: '5000', b: '50000', setBy: 20, differs: true });
  });
  it('knows from the first change what was before it', () => {
    expect(field('limit', '07-01', '08-25')).toMatchObject({ a: '1000', b: '5000', setBy: 10 });
    expect(field('hold', '07-01', '08-25')).toMatchObject({ a: null, b: null, setBy: null, differs: false });
  });
  it('tells null from not known', () => {
    const [only] = stateAtTwo([change(1, '08-01', { note: { new: 'x' } })], at('07-01'), at('09-01'));
    expect(only).toMatchObject({ a: undefined, b: 'x', differs: true });
  });
  it('puts what changed last first', () => {
    expect(stateAtTwo(HISTORY, at('07-01'), at('12-01')).map((one) => one.field)).toEqual(['hold', 'approval', 'limit']);
  });
});

describe('readChanges', () => {
  it.each([
    [{ changes: { a: { old: 1, new: 2 } } }, [{ field: 'a', before: 1, after: 2 }]],
    [{ changes: { a: { before: 1, after: 2 } } }, [{ field: 'a', before: 1, after: 2 }]],
    [{ changes: { a: { from: 1, to: 2 } } }, [{ field: 'a', before: 1, after: 2 }]],
    [{ changes: { a: [1, 2] } }, [{ field: 'a', before: 1, after: 2 }]],
    [{ changes: { a: 'x' } }, [{ field: 'a', before: undefined, after: 'x' }]],
    [{ changes: { a: { new: 2 } } }, [{ field: 'a', before: undefined, after: 2 }]],
    [
      { before: { a: 1, b: 1 }, after: { a: 2, b: 1, c: 3 } },
      [
        { field: 'a', before: 1, after: 2 },
        { field: 'c', before: undefined, after: 3 },
      ],
    ],
    [{ changes: 'text' }, []],
    [{}, []],
    ['no object', []],
  ])('%j', (details, expected) => expect(readChanges(details as never)).toEqual(expected));
});
