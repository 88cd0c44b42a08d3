import { expect, test } from 'vitest';
import { BLOCK_EVENTS, BlockCounter, type BlockCounts, compareCounts } from './block-counts';
import { CopyReader } from './copy-row';
import type { EventRow } from './event';
import { copyStream } from './test/copy-stream';
import { binaryRow } from './test/good-chain';
import { longTrail, walkTrail } from './test/long-trail';

const base = longTrail(200, ({ seq }) =>
  seq % 17 === 0 && seq > 0 ? { action: 'Ünï.côde', resourceType: 'ресурс', occurredAt: '1999-12-31T23:59:59.999999Z' } : {},
);
const rowOf = (seq: number): EventRow => ({ ...(base[(seq % 199) + 1] as EventRow), seq });

function* rowsOf(rows: EventRow[]) {
  const reader = new CopyReader();
  reader.push(copyStream(rows.map(binaryRow)));
  for (let row = reader.next(); row !== null; row = reader.next()) yield row;
}

function naive(from: number, to: number): { hours: Map<string, number>; days: Map<string, number> } {
  const [hours, days] = [new Map<string, number>(), new Map<string, number>()];
  for (let seq = from; seq < to; seq++) {
    const { occurredAt, actorType, outcome, action, resourceType } = rowOf(seq);
    const [hour, day] = [
      JSON.stringify([occurredAt.slice(0, 13), actorType, outcome]),
      JSON.stringify([occurredAt.slice(0, 10), action, actorType, outcome, resourceType]),
    ];
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  return { hours, days };
}

test('whole blocks are counted, others are not, and the sums are those of a naive count', () => {
  const blocks: BlockCounts[] = [];
  const counter = new BlockCounter((counts) => blocks.push(counts));
  const feed = (from: number, to: number) => {
    for (let at = from; at < to; at += 5000) {
      const seqs = Array.from({ length: Math.min(5000, to - at) }, (_, i) => at + i);
      let i = 0;
      for (const row of rowsOf(seqs.map(rowOf))) counter.row(seqs[i++] as number, row);
    }
  };
  feed(60_000, 2 * BLOCK_EVENTS + 10); // begins within block 0, ends within block 2
  expect(blocks.map(({ block }) => block)).toEqual([1]);
  const [{ hours, days }] = blocks as [BlockCounts];
  const due = naive(BLOCK_EVENTS, 2 * BLOCK_EVENTS);
  expect(new Map(hours.map(({ hour, actorType, outcome, n }) => [JSON.stringify([hour, actorType, outcome]), n]))).toEqual(due.hours);
  expect(
    new Map(days.map(({ day, action, actorType, outcome, resourceType, n }) => [JSON.stringify([day, action, actorType, outcome, resourceType]), n])),
  ).toEqual(due.days);
  expect(hours.reduce((sum, { n }) => sum + n, 0)).toBe(BLOCK_EVENTS);

  expect(compareCounts(blocks[0] as BlockCounts, { hours: hours.toReversed(), days })).toEqual([]);
  const [first, ...others] = hours as [BlockCounts['hours'][0]];
  expect(compareCounts(blocks[0] as BlockCounts, { hours: [{ ...first, n: first.n + 1 }, ...others], days })).toEqual([
    {
      code: 'COUNT_MISMATCH',
      seq: null,
      expected: `block 1 hour ${JSON.stringify([first.hour, first.actorType, first.outcome])}: ${first.n}`,
      found: `block 1 hour ${JSON.stringify([first.hour, first.actorType, first.outcome])}: ${first.n + 1}`,
    },
  ]);
  expect(compareCounts(blocks[0] as BlockCounts, { hours: others, days }).length).toBe(1);
  expect(compareCounts(blocks[0] as BlockCounts, { hours, days: [...days, { ...(days[0] as BlockCounts['days'][0]), day: '2030-01-01' }] }).length).toBe(1);
  expect(compareCounts(blocks[0] as BlockCounts, { hours: [first, ...hours], days }).length).toBe(1);
});

test('a block with an event that does not hold is not counted', async () => {
  const blocks: BlockCounts[] = [];
  const judge = await walkTrail(base, { counter: new BlockCounter((counts) => blocks.push(counts)) });
  expect(judge.checked).toBe(200);
  expect(blocks).toEqual([]);
});
