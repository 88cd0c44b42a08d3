import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CopyReader } from './copy-row';
import { type EventRow, headerText, payloadText } from './event';
import { type Filter, type Members, matchesFilter } from './filter';
import { rowFilter } from './row-filter';
import { copyStream } from './test/copy-stream';
import { binaryRow } from './test/good-chain';
import { longTrail, ORIGIN } from './test/long-trail';

const rows = longTrail(120, ({ seq }) => ({
  userAgent: seq % 3 === 0 ? 'Firefox/142 é' : null,
  sessionId: seq % 5 === 0 ? `s-${seq % 4}` : null,
  source: seq % 2 === 0 ? 'app' : null,
  sourceSeq: seq % 2 === 0 ? seq + 1 : null,
}));
const membersOf = (row: EventRow): Members => ({ ...JSON.parse(headerText(ORIGIN, row)), ...JSON.parse(payloadText(row)) });
const members = rows.map(membersOf);

const TEXTS = [
  'actor_type',
  'actor_id',
  'action',
  'resource_type',
  'resource_id',
  'outcome',
  'ip_address',
  'user_agent',
  'session_id',
  'request_id',
  'source',
  'id',
];
const valueIn = (member: string) => fc.constantFrom('', 'nobody', 'u-', ...members.map((one) => one[member]).filter((value) => typeof value === 'string'));
const text = fc.constantFrom(...TEXTS).chain((member) => fc.tuple(fc.constant(member), valueIn(member)));
const texts = fc.constantFrom(...TEXTS).chain((member) => fc.tuple(fc.constant(member), fc.array(valueIn(member), { maxLength: 9 })));
const number = fc.tuple(fc.constantFrom('seq', 'source_seq', 'v'), fc.integer({ min: -1, max: 130 }));
const bound = fc.oneof(
  fc.tuple(fc.constant('seq'), fc.integer({ min: -1, max: 130 })),
  fc.tuple(fc.constantFrom('occurred_at', 'recorded_at'), fc.constantFrom('1970-01-01T00:00:00.000000Z', ...rows.map((row) => row.occurredAt))),
);
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(
      text.map((eq) => ({ eq }) as Filter),
      number.map((eq) => ({ eq }) as Filter),
      texts.map((pair) => ({ in: pair }) as Filter),
      text.map((prefix) => ({ prefix }) as Filter),
      text.map((contains) => ({ contains }) as Filter),
      bound.map((lt) => ({ lt }) as Filter),
      bound.map((gte) => ({ gte }) as Filter),
    ),
    tie('filter').map((not) => ({ not })),
    fc.array(tie('filter'), { maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie('filter'), { maxLength: 3 }).map((or) => ({ or })),
  ),
}));

test('a row in place matches what its event matches', () => {
  fc.assert(
    fc.property(filter, (asked) => {
      const test = rowFilter(asked);
      const reader = new CopyReader();
      reader.push(copyStream(rows.map(binaryRow)));
      const said: boolean[] = [];
      for (let row = reader.next(); row !== null; row = reader.next()) said.push(test(row));
      expect(said).toEqual(members.map((one) => matchesFilter(asked, one, one)));
    }),
    { numRuns: 400 },
  );
});

test('times that no double tells apart are told apart', () => {
  const [near, end] = ['9999-12-31T23:59:59.999990Z', '9999-12-31T23:59:59.999999Z'];
  const reader = new CopyReader();
  reader.push(copyStream(longTrail(2, () => ({ occurredAt: near })).map(binaryRow)));
  const row = reader.next();
  if (row === null) throw new Error('no row');
  expect(
    [{ lt: ['occurred_at', end] }, { gte: ['occurred_at', end] }, { gte: ['occurred_at', near] }, { lt: ['source_seq', 1] }].map((one) =>
      rowFilter(one as Filter)(row),
    ),
  ).toEqual([true, false, true, false]);
});
