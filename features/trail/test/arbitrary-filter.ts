import fc from 'fast-check';
import type { Filter } from '@/core/filter';

/** A member's values for events and filters alike: few, so that they meet, and awkward. */
export const POOL = {
  actor_id: ['', 'bert-jan', 'bert', 'Zoë', 'Zoe\u0308', 'a_b', 'a%b', 'arn:aws:iam::1:user/x'],
  actor_type: ['user', 'service', 'system', 'admin'],
  action: ['s3.GetObject', 's3.PutObject', 's3_x', 'auth.login', 'read', 'payout.limit.update'],
  outcome: ['success', 'failure', 'denied'],
  resource_type: ['', 's3', 'merchant', 'm/x'],
  resource_id: ['', 'M-2207', 'M-22', 'read', '100%', 'a\\b', '𝒳-1'],
  ip_address: ['192.0.2.7', '2001:db8::1'],
  user_agent: ['curl/8.1 (x)', 'say "hi"'],
  session_id: ['s-1'],
  request_id: ['r-1', 'r-2'],
  source: ['back-office', 'payouts'],
  redaction: ['default-1'],
  occurred_at: ['2026-03-01T12:00:00.000001Z', '2026-02-28T00:00:00.000000Z', '2026-10-25T00:30:00.500000Z'],
} as const;

type Halves = { header: Record<string, unknown>; payload: Record<string, unknown> };

/** A random event's two halves, as a filter sees them. */
export function eventOf(): fc.Arbitrary<Halves> {
  const of = (member: keyof typeof POOL) => fc.constantFrom<string>(...POOL[member]);
  const maybe = (member: keyof typeof POOL) => fc.option(of(member), { nil: undefined });
  return fc.record({
    header: fc.record({
      v: fc.constant(1),
      seq: fc.nat(400),
      id: fc.uuid(),
      occurred_at: of('occurred_at'),
      recorded_at: of('occurred_at'),
      actor_type: of('actor_type'),
      actor_id: of('actor_id'),
      action: of('action'),
      resource_type: of('resource_type'),
      resource_id: of('resource_id'),
      outcome: of('outcome'),
    }),
    payload: fc
      .record({
        ip_address: maybe('ip_address'),
        user_agent: maybe('user_agent'),
        session_id: maybe('session_id'),
        request_id: maybe('request_id'),
        source: maybe('source'),
        redaction: maybe('redaction'),
        source_epoch: fc.option(fc.uuid(), { nil: undefined }),
        source_seq: fc.option(fc.nat(5), { nil: undefined }),
      })
      .map((members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))),
  });
}

/**
 * Random filters of SPEC §10 over members that a query can name. Values come from a small pool, so that they meet the events of a test, and from anything that
 * breaks quoting, LIKE or a prefix.
 */
export function filterOf(pool: Partial<Record<string, readonly string[]>> = POOL): fc.Arbitrary<Filter> {
  const awkward = fc.oneof(
    fc.constantFrom('', '%', '_', '\\', '"', "'", 's3.', 's3._', 'or', '-', 'Ünïcode', 'a,b', '(x)', '*', '𝒳'),
    fc.string({ maxLength: 6, unit: 'grapheme' }),
  );
  const textMembers = [
    'actor_id',
    'actor_type',
    'action',
    'outcome',
    'resource_type',
    'resource_id',
    'ip_address',
    'user_agent',
    'session_id',
    'request_id',
    'source',
    'redaction',
    'id',
    'source_epoch',
  ];
  const times = ['occurred_at', 'recorded_at'];
  const time = fc.oneof(
    fc.constantFrom(...(pool.occurred_at ?? [])),
    fc.date({ min: new Date('2025-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }).map((date) => date.toISOString().replace('Z', '000Z')),
  );
  const textOf = (member: string) => {
    const known = (pool[member] ?? []) as string[];
    return known.length === 0 ? awkward : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: awkward });
  };
  const part = (member: string) =>
    fc.tuple(textOf(member), fc.nat(4), fc.integer({ min: 1, max: 8 })).map(([text, from, length]) => [...text].slice(from, from + length).join(''));
  const seq = fc.oneof(fc.nat(400), fc.constantFrom(0, 1, 2 ** 53 - 1));

  const leaf = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(...textMembers).chain((m) =>
        fc.oneof(
          textOf(m).map((v) => ({ eq: [m, v] })),
          fc.array(textOf(m), { maxLength: 4 }).map((v) => ({ in: [m, v] })),
          fc.oneof(part(m), textOf(m)).map((v) => ({ prefix: [m, v] })),
          fc.oneof(part(m), textOf(m)).map((v) => ({ contains: [m, v] })),
        ),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.oneof(
        seq.map((v) => ({ eq: ['seq', v] })),
        fc.array(seq, { maxLength: 3 }).map((v) => ({ in: ['seq', v] })),
        seq.map((v) => ({ lt: ['seq', v] })),
        seq.map((v) => ({ gte: ['seq', v] })),
        fc.constantFrom(0, 1).map((v) => ({ eq: ['v', v] })),
        fc.nat(5).map((v) => ({ in: ['source_seq', [v, v + 1]] })),
      ),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(...times).chain((m) =>
        fc.oneof(
          time.map((v) => ({ lt: [m, v] })),
          time.map((v) => ({ gte: [m, v] })),
          fc.oneof(time, awkward).map((v) => ({ eq: [m, v] })),
          time.map((v) => ({ prefix: [m, v.slice(0, 8)] })),
        ),
      ),
    },
  );
  return fc.letrec<{ node: Filter }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'filter' },
      { weight: 4, arbitrary: leaf as fc.Arbitrary<Filter> },
      { weight: 1, arbitrary: fc.array(tie('node'), { maxLength: 3 }).map((and) => ({ and })) as fc.Arbitrary<Filter> },
      { weight: 1, arbitrary: fc.array(tie('node'), { maxLength: 3 }).map((or) => ({ or })) as fc.Arbitrary<Filter> },
      { weight: 1, arbitrary: tie('node').map((not) => ({ not })) as fc.Arbitrary<Filter> },
    ),
  })).node;
}
