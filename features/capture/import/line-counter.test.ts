import { expect, it } from 'vitest';
import vectors from '@/core/testdata/spec-v1.json' with { type: 'json' };
import { LineCounter } from './line-counter';

type Case = { name: string; lines?: { occurred_at: string; line: string; events: number }[]; events?: { source_key: string; id: string }[][] };

const cases = (vectors.import_ids as Case[]).filter((c) => c.lines);

it.each(cases)('counts identical lines: $name', ({ lines = [], events = [] }) => {
  const counter = new LineCounter();
  const keys = lines.map(({ occurred_at, line }) => `${occurred_at}\n${line}\n${counter.next(occurred_at, line)}`);
  expect(keys).toEqual(events.map(([first]) => first?.source_key));
});

it('forgets what is older than an hour, so that memory stays bounded', () => {
  const counter = new LineCounter();
  for (let s = 0; s < 20_000; s++) counter.next(`${new Date(s * 1000).toISOString().slice(0, 19)}.000000Z`, 'a line');
  expect(counter.stamps).toBeLessThanOrEqual(3601);
});
