import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Door, NormalisedDraft } from './draft';
import { checkHeaderText, checkPayloadText, type EventRow, headerText, payloadText } from './event';
import { canonicalJson } from './jcs';
import { type JsonObject, parseJson } from './json';
import { normaliseDraft } from './normalise';
import { redactDraft } from './redact';
import { DEFAULT_RULES } from './redact-rules';

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('token', 'act', 'legacy', 'legacy_', 'ip_raw', '__proto__', '1', 'a/b~c', 'occurred_raw'),
);
const literal = fc.constantFrom('0', '-0', '1.50', '1e20', '18446744073709551615', '0.1', '1e400', '1e-400', '5e-324');
const leaf = fc.oneof(
  literal,
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('eyJhbGciOiJI.eyJzdWIiOiIx.x', '')).map((text) => JSON.stringify(text)),
  fc.constantFrom('true', 'null'),
);
const members = (value: fc.Arbitrary<string>) =>
  fc
    .uniqueArray(fc.tuple(name, value), { selector: ([key]) => key.toWellFormed(), maxLength: 5 })
    .map((all) => `{${all.map(([key, v]) => `${JSON.stringify(key)}:${v}`).join(',')}}`);
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }).map((all) => `[${all.join(',')}]`),
    members(tie('value')),
  ),
}));
const draft = fc
  .record({
    occurred_at: fc.constantFrom('"2026-03-01T13:00:00.1234567+01:00"', '"2026-03-01T12:00:00Z"', '"noon"', '1772366400'),
    actor_type: fc.constantFrom('"user"', '"service"', '"system"', '"admin"'),
    actor_id: fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
    action: fc.constantFrom('"a.b"', '"s3.GetObject"'),
    outcome: fc.constantFrom('"success"', '"failure"', '"denied"'),
    id: fc.oneof(
      fc.uuid().map((id) => `"${id.toUpperCase()}"`),
      fc.constantFrom('"evt-1"', 'null', '""'),
    ),
    ip_address: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('db.example.com', '::ffff:1.2.3.4')).map((ip) => `"${ip}"`),
    user_agent: fc.constantFrom('null', '"curl/8"', JSON.stringify('é'.repeat(600)), '"Bearer abcdefghijklmnop0123"'),
    details: members(value),
  })
  .map((all) => `{${Object.entries(all).map(([key, text]) => `"${key}":${text}`)}}`);

const door: Door = { kind: 'import', format: 'jsonl', source: 'jsonl', receivedAt: '2026-03-02T08:00:00.000000Z' };

const rowOf = (draft: NormalisedDraft & { redaction: string }): EventRow => ({
  ...draft,
  seq: 7,
  id: draft.id ?? '0190c2a4-7d1e-7a3b-8c4d-5e6f70819203',
  recordedAt: '2026-03-02T08:00:00.000000Z',
  v: 1,
  headerSalt: Buffer.alloc(16),
  payloadSalt: Buffer.alloc(16),
  details: canonicalJson(draft.details),
  sealed: null,
  prevHash: Buffer.alloc(32),
  eventHash: Buffer.alloc(32),
});

test('whatever is accepted becomes an event in the one form of SPEC §1', () => {
  let accepted = 0;
  fc.assert(
    fc.property(draft, (text) => {
      const result = normaliseDraft(text, door);
      if (!result.ok) {
        expect(text).toContain('\\u0000'); // the only fault that these drafts can have
        return;
      }
      accepted++;
      const row = rowOf(redactDraft(result.draft, DEFAULT_RULES));
      expect(checkHeaderText(headerText('audit.example.com/main', row))).toBeNull();
      expect(checkPayloadText(payloadText(row))).toBeNull();
      const again = parseJson(row.details);
      expect(again.ok && canonicalJson(again.value)).toBe(row.details);
    }),
    { numRuns: 800 },
  );
  expect(accepted).toBeGreaterThan(300);
});

test('what is normalised stays as it is when it is normalised again', () => {
  fc.assert(
    fc.property(draft, (text) => {
      const first = normaliseDraft(text, door);
      if (!first.ok) return;
      const { draft: d } = first;
      const sent = {
        id: d.id,
        occurred_at: d.occurredAt,
        actor_type: d.actorType,
        actor_id: d.actorId,
        action: d.action,
        outcome: d.outcome,
        details: d.details,
        ip_address: d.ipAddress,
        user_agent: d.userAgent,
        source: d.source,
      };
      const second = normaliseDraft(sent as JsonObject, { kind: 'system' });
      expect(second.ok && second.draft).toEqual(d);
    }),
    { numRuns: 300 },
  );
});
