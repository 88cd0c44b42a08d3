import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FilterLevel, matchesFilter, parseFilter, parseFilterText } from './filter';

type Case = { name: string; level: FilterLevel; filter: unknown };
type Vectors = {
  chain: { events: { header: string; payload: string }[] };
  filter: { cases: (Case & { matched: number[] })[]; refused: (Case & { error: string })[] };
};
const vectors = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'testdata/spec-v1.json'), 'utf8')) as Vectors;
const events = vectors.chain.events.map(({ header, payload }) => ({ header: JSON.parse(header), payload: JSON.parse(payload) }));

describe('filter vectors', () => {
  it.each(vectors.filter.cases.map((one) => [one.name, one] as const))('%s', (_, { filter, level, matched }) => {
    const parsed = parseFilter(filter, level);
    if (!parsed.ok) throw new Error(parsed.reason);
    const found = events.flatMap(({ header, payload }) => (matchesFilter(parsed.filter, header, level === 'proven' ? null : payload) ? [header.seq] : []));
    expect(found).toEqual(matched);
  });
  it.each(vectors.filter.refused.map((one) => [one.name, one] as const))('refused: %s', (_, { filter, level, error }) => {
    expect(parseFilter(filter, level)).toMatchObject({ ok: false, error });
  });
});

describe('parseFilter', () => {
  it('says where', () => {
    expect(parseFilter({ and: [{ not: { eq: ['seq', '1'] } }] })).toEqual({
      ok: false,
      error: 'seq',
      pointer: '/and/0/not/eq/1',
      reason: '"seq" compares with an integer',
    });
  });
  it.each([
    ['{"or":[{"eq":["seq",1]},{"like":["action","a%"]}]}', '/or/1/like'],
    ['{"a/b":1}', '/a~1b'],
    ['{"eq":["seq",1],"eq":["seq",2]}', '/eq'],
    ['{"eq":["seq",9007199254740993]}', '/eq/1'],
    ['{"eq":["seq",1]', ''],
  ])('reads text as strictly as what is hashed: %s', (text, pointer) => {
    expect(parseFilterText(text)).toMatchObject({ ok: false, pointer });
    expect(parseFilterText('{"eq":["seq",1]}')).toEqual({ ok: true, filter: { eq: ['seq', 1] } });
  });
  it('refuses what would exhaust the stack', () => {
    let filter: unknown = { and: [] };
    for (let i = 0; i < 100_000; i++) filter = { not: filter };
    expect(parseFilter(filter)).toMatchObject({ ok: false, reason: 'filters stand at most 64 deep' });
  });
  it('refuses half a surrogate pair, which would be found inside a whole one', () => {
    expect(parseFilter({ contains: ['action', '\ud83d'] })).toMatchObject({ ok: false, error: 'action' });
  });
});
