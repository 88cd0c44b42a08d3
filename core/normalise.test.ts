import { describe, expect, test } from 'vitest';
import { type Door, DRAFT_MEMBERS, type NormalisedDraft, RESERVED_ACTIONS } from './draft';
import { canonicalJson } from './jcs';
import type { JsonValue } from './json';
import { draftMac } from './mac';
import { normaliseDraft } from './normalise';
import vectors from './testdata/spec-v1.json';

type Case = {
  name: string;
  draft: string;
  expand?: Record<string, { text: string; times: number }>;
  door?: string;
  format?: string;
  received?: string;
  header?: string;
  payload?: string;
  error?: string;
};

function expanded(text: string, { expand = {} }: Case): string {
  return Object.entries(expand).reduce((out, [marker, { text: piece, times }]) => out.replaceAll(marker, piece.repeat(times)), text);
}

const halvesOf = (draft: NormalisedDraft) => ({
  header: canonicalJson({
    ...(draft.id === null ? {} : { id: draft.id }),
    occurred_at: draft.occurredAt,
    actor_type: draft.actorType,
    actor_id: draft.actorId,
    action: draft.action,
    resource_type: draft.resourceType,
    resource_id: draft.resourceId,
    outcome: draft.outcome,
  }),
  payload: canonicalJson({
    details: draft.details,
    ...present({
      ip_address: draft.ipAddress,
      user_agent: draft.userAgent,
      request_id: draft.requestId,
      session_id: draft.sessionId,
      source: draft.source,
      source_epoch: draft.sourceEpoch,
      source_seq: draft.sourceSeq,
    }),
  }),
});

const present = (members: Record<string, JsonValue>) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));

function judge(c: Case, door: Door, draft: string | JsonValue): void {
  const result = normaliseDraft(draft, door);
  if (c.error !== undefined) {
    expect(result).toMatchObject({ ok: false, error: c.error });
    if (!result.ok) expect(result.message.length).toBeGreaterThan(10);
    return;
  }
  if (!result.ok) throw new Error(result.message);
  const { header, payload } = halvesOf(result.draft);
  expect(header).toBe(expanded(c.header ?? '', c));
  expect(payload).toBe(expanded(c.payload ?? '', c));
}

const apiDoor = (c: Case): Door =>
  c.format === undefined || c.format === 'api'
    ? { kind: 'api', source: c.door ?? null }
    : { kind: 'import', format: c.format, source: c.door ?? null, receivedAt: '2026-03-02T08:00:00.000000Z' };
const importDoor = (c: Case): Door => ({ kind: 'import', format: c.format ?? '', source: c.door ?? null, receivedAt: c.received ?? '' });

describe('vectors: normalise', () => {
  expect(vectors.normalise).toHaveLength(253);
  test.each(vectors.normalise as Case[])('$name', (c) => judge(c, apiDoor(c), expanded(c.draft, c)));
});

describe('vectors: normalise_import', () => {
  expect(vectors.normalise_import).toHaveLength(43);
  test.each(vectors.normalise_import as Case[])('$name', (c) => judge(c, importDoor(c), expanded(c.draft, c)));
});

describe('a draft built by code is judged as its text is', () => {
  // what JSON.parse loses before we see it: the literal, the second of two members
  const lost = /^number |duplicate|time as a number|a name that becomes|after the draft|not JSON|NaN|deep inside|number under/;
  const cases = (vectors.normalise as Case[]).filter((c) => !lost.test(c.name));
  test.each(cases)('$name', (c) => judge(c, apiDoor(c), JSON.parse(expanded(c.draft, c))));

  test.each([
    [{ n: 1e20 }, 'details/n'],
    [{ n: Number.NaN }, 'details/n'],
    [{ '\ud800': 1, '\udbff': 2 }, 'details/\ufffd'],
    [{ a: [{ b: 1n }] }, 'details/a/0/b'],
    [{ a: [undefined] }, 'details/a/0'],
    [{ a: 'x\u0000' }, 'details/a'],
  ])('%o', (details, error) => {
    const draft = { occurred_at: '2026-03-01T12:00:00Z', actor_type: 'user', action: 'a.b', outcome: 'success', details };
    expect(normaliseDraft(draft as unknown as JsonValue, { kind: 'api', source: null })).toMatchObject({ ok: false, error });
  });

  test('the caller keeps its value as it was, undefined is absent, -0 is 0', () => {
    const draft = { occurred_at: 'noon', actor_type: 'user', action: 'a.b', outcome: 'success', details: { legacy: 1, n: -0, u: undefined }, id: 'x' };
    const before = structuredClone(draft);
    const result = normaliseDraft(draft as unknown as JsonValue, importDoor({ name: '', draft: '', format: 'jsonl', received: '2026-03-02T08:00:00.000000Z' }));
    expect(result.ok && canonicalJson(result.draft.details)).toBe(
      '{"changed_at_import":["/details/legacy_","/occurred_at"],"legacy_":1,"n":0,"occurred_raw":"noon","source_id":"x"}',
    );
    expect(draft).toEqual(before);
  });
});

test('hostile depth is a refusal, from text and from a value', () => {
  const text = `{"details":${'{"a":'.repeat(1_000_000)}`;
  expect(normaliseDraft(text, { kind: 'api', source: null })).toMatchObject({ ok: false, error: 'details' });
  expect(normaliseDraft('['.repeat(1_000_000), { kind: 'api', source: null })).toMatchObject({ ok: false, error: 'draft' });
  let value: JsonValue = {};
  for (let i = 0; i < 100_000; i++) value = { a: value };
  expect(normaliseDraft({ details: value }, { kind: 'api', source: null })).toMatchObject({ ok: false, error: 'details' });
});

test('the names of the system’s events and acts, and its actor, are refused from every source', () => {
  const named =
    `trail.created clock.rolled_back clock.apart clock.checked id.conflict key.certified checkpoint.anchored import.sealed verification.finished event.rejected
    source.started source.dropped capture.changed value.revealed sample.committed sample.frozen bundle.created events.disposed partition.archived value.erased key.rotated
    key.compromised`.split(/\s+/);
  expect([...RESERVED_ACTIONS].sort()).toEqual(named.toSorted());
  const base = { occurred_at: '2026-03-01T12:00:00Z', actor_type: 'user', actor_id: 'anna', action: 'invoice.read', outcome: 'success' };
  const doors: Door[] = [
    { kind: 'api', source: null },
    { kind: 'api', source: 'app' },
    { kind: 'import', format: 'jsonl', source: 'jsonl', receivedAt: '2026-03-01T12:00:00.000000Z' },
  ];
  for (const door of doors) {
    expect(normaliseDraft(base, door)).toMatchObject({ ok: true });
    for (const action of named) expect(normaliseDraft({ ...base, action }, door), action).toMatchObject({ ok: false, error: 'RESERVED' });
    expect(normaliseDraft({ ...base, actor_type: 'system', actor_id: 'indelible' }, door)).toMatchObject({ ok: false, error: 'RESERVED' });
  }
});

test('the system may use the reserved names and its own actor', () => {
  const draft = {
    occurred_at: '2026-03-01T12:00:00Z',
    actor_type: 'system',
    actor_id: 'indelible',
    action: 'value.erased',
    outcome: 'success',
    details: { act: 'x' },
  };
  expect(normaliseDraft(draft, { kind: 'system' })).toMatchObject({ ok: true, draft: { details: { act: 'x' } } });
  expect(normaliseDraft({ ...draft, details: { n: 1e20 } }, { kind: 'system' })).toMatchObject({ ok: false, error: 'details/n' });
});

test('a record without an id gets that of its source key, and no source_id', () => {
  const door: Door = { kind: 'import', format: 'cloudtrail', source: 'cloudtrail', receivedAt: '2026-03-02T08:00:00.000000Z', sourceKey: 'no-uuid-1' };
  const draft = '{"occurred_at":"2026-03-01T12:00:00Z","actor_type":"user","action":"a.b","outcome":"success"}';
  expect(normaliseDraft(draft, door)).toMatchObject({ ok: true, draft: { id: 'c0b5a594-c0d2-8254-9ec2-c51fb4717522', details: {} } });
});

test('a message repeats no value of the draft', () => {
  const secret = 'hunter2-hunter2';
  for (const name of DRAFT_MEMBERS) {
    const draft: Record<string, JsonValue> = { occurred_at: '2026-03-01T12:00:00Z', actor_type: 'user', action: 'a.b', outcome: 'success' };
    for (const value of [secret, secret.repeat(100), { a: secret }]) {
      const result = normaliseDraft({ ...draft, [name]: value }, { kind: 'api', source: 'billing' });
      if (!result.ok) expect(result.message).not.toContain(secret);
    }
  }
});

describe('vectors: draft_mac', () => {
  expect(vectors.draft_mac).toHaveLength(12);
  test.each(vectors.draft_mac as { name: string; key: string; draft?: string; canonical?: string; record?: string; draft_mac: string }[])('$name', (c) => {
    let bytes = c.record ?? '';
    if (c.draft !== undefined) {
      const result = normaliseDraft(c.draft, { kind: 'api', source: null });
      if (!result.ok) throw new Error(result.message);
      expect(result.canonical).toBe(c.canonical);
      bytes = result.canonical;
    }
    expect(draftMac(Buffer.from(c.key, 'hex'), bytes).toString('hex')).toBe(c.draft_mac);
  });
});
