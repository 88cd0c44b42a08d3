import { expect, test } from 'vitest';
import { BLOCK_EVENTS, BlockCounter, type BlockCounts, compareCounts, type KeptLines } from './block-counts';
import { CopyReader, type CopyRow } from './copy-row';
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

function naive(from: number, to: number): { hours: Map<string, number>; days: Map<string, number>; outcomes: Map<string, number[]> } {
  const [hours, days, outcomes] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number[]>()];
  for (let seq = from; seq < to; seq++) {
    const { occurredAt, actorType, outcome, action, resourceType } = rowOf(seq);
    const start = `${occurredAt.slice(0, 10)} ${occurredAt.slice(11, 13)}:00:00+00`;
    const [hour, day] = [[start, actorType, outcome].join('\t'), [occurredAt.slice(0, 10), action, actorType, outcome, resourceType].join('\t')];
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
    days.set(day, (days.get(day) ?? 0) + 1);
    const ns = outcomes.get(start) ?? [0, 0, 0];
    outcomes.set(
      start,
      ns.map((n, i) => n + (['success', 'failure', 'denied'][i] === outcome ? 1 : 0)),
    );
  }
  return { hours, days, outcomes };
}

const lines = (counts: [string, number][]) => counts.map(([bucket, n]) => `${bucket}\t${n}\n`).join('');

/** As an index over the columns has them, each by its bytes. */
function inOrder(counts: Map<string, number>): [string, number][] {
  const columns = (bucket: string) => bucket.split('\t').map((column) => Buffer.from(column));
  const compare = (a: Buffer[], b: Buffer[]) => a.map((column, i) => column.compare(b[i] as Buffer)).find((is) => is !== 0) ?? 0;
  return [...counts].sort(([a], [b]) => compare(columns(a), columns(b)));
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
  const [{ hours, days, outcomes }] = blocks as [BlockCounts];
  const due = naive(BLOCK_EVENTS, 2 * BLOCK_EVENTS);
  const [dueHours, dueDays] = [inOrder(due.hours), inOrder(due.days)];
  expect(hours).toBe(lines(dueHours));
  expect(days).toBe(lines(dueDays));
  expect(outcomes).toBe(
    [...due.outcomes]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([hour, n]) => `${hour}\t${n.join('\t')}\n`)
      .join(''),
  );
  expect(dueHours.reduce((sum, [, n]) => sum + n, 0)).toBe(BLOCK_EVENTS);

  const block = blocks[0] as BlockCounts;
  const compared = (kept: Partial<KeptLines>) => compareCounts(block, { ...block, ...kept });
  expect(compared({ hours: lines(dueHours.toReversed()) })).toMatchObject([{ found: 'block 1 hour: an index with rows under other keys' }]);
  const [[bucket, n], ...others] = dueHours as [[string, number], ...[string, number][]];
  const name = `block 1 hour ${JSON.stringify(bucket.replace(' ', 'T').replace(':00:00+00', '').split('\t'))}`;
  expect(compared({ hours: lines([[bucket, n + 1], ...others]) })).toEqual([
    { code: 'COUNT_MISMATCH', seq: null, expected: `${name}: ${n}`, found: `${name}: ${n + 1}` },
  ]);
  expect(compared({ hours: lines(others) }).length).toBe(1);
  const [day, dayN] = dueDays[0] as [string, number];
  expect(compared({ days: days + lines([[`2030-01-01${day.slice(10)}`, dayN]]) }).length).toBe(1);
  expect(compared({ hours: lines([[bucket, n], ...dueHours]) }).length).toBe(1);
  expect(compared({ outcomes: outcomes.replace(/\t\d+$/m, '\t7777') })).toMatchObject([
    { code: 'COUNT_MISMATCH', found: expect.stringMatching(/^block 1 outcome \["[\dT-]+","denied"\]: 7777$/) },
  ]);
  // a bucket three times, the last of them as small as none
  expect(compared({ hours: lines([[bucket, n], [bucket, 100], [bucket, 0], ...others]) })).toMatchObject([
    { code: 'COUNT_MISMATCH', found: expect.stringMatching(/: 100$/) },
  ]);
});

test('names with the characters that COPY escapes are buckets of their own, and are told as they are', () => {
  const blocks: BlockCounts[] = [];
  const counter = new BlockCounter((counts) => blocks.push(counts));
  const odd = { ...(base[5] as EventRow), action: 'a\tb\\n\n', resourceType: '\\' };
  const [row] = rowsOf([odd]);
  for (let seq = 0; seq < BLOCK_EVENTS; seq++) counter.row(seq, row as CopyRow);
  const [{ days }] = blocks as [BlockCounts];
  expect(days).toBe(`${odd.occurredAt.slice(0, 10)}\ta\\tb\\\\n\\n\t${odd.actorType}\t${odd.outcome}\t\\\\\t${BLOCK_EVENTS}\n`);
  const [finding] = compareCounts(blocks[0] as BlockCounts, { ...(blocks[0] as BlockCounts), days: '' });
  expect(finding?.expected).toBe(
    `block 0 day ${JSON.stringify([odd.occurredAt.slice(0, 10), odd.action, odd.actorType, odd.outcome, odd.resourceType])}: ${BLOCK_EVENTS}`,
  );
});

test('a block with an event that does not hold is not counted', async () => {
  const blocks: BlockCounts[] = [];
  const judge = await walkTrail(base, { counter: new BlockCounter((counts) => blocks.push(counts)) });
  expect(judge.checked).toBe(200);
  expect(blocks).toEqual([]);
});
