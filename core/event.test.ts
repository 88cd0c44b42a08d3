import { describe, expect, test } from 'vitest';
import { specVectors, vectorCases } from '../lib/test/spec-vectors';
import { checkHeaderText, checkPayloadText, genesisHash, hashRow, headerText, linkHash, linkText, payloadText } from './event';
import { canonicalJson } from './jcs';
import { type JsonValue, parseJson } from './json';
import { sha256Hex } from './sha256';
import { type PrintedRow, storedRow } from './test/postgres-row';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

function canonical(value: unknown): string {
  const parsed = parseJson(JSON.stringify(value));
  if (!parsed.ok) throw new Error(parsed.reason);
  return canonicalJson(parsed.value as JsonValue);
}

describe('halves', () => {
  test.each(vectorCases('headers'))('header: $name', ({ header, text, hash }) => {
    expect(canonical(header)).toBe(text);
    expect(sha256Hex(text)).toBe(hash);
    expect(checkHeaderText(text)).toBeNull();
  });

  test.each(vectorCases('payloads'))('payload: $name', ({ payload, text, hash }) => {
    expect(canonical(payload)).toBe(text);
    expect(sha256Hex(text)).toBe(hash);
    expect(checkPayloadText(text)).toBeNull();
  });

  test.each(vectorCases('malformed'))('malformed $half: $name', ({ half, text, error }) => {
    expect((half === 'header' ? checkHeaderText : checkPayloadText)(text)).toBe(error);
  });
});

describe('rows', () => {
  const trail: string = specVectors.rows.trail;
  const [good, malformed] = [vectorCases('rows.good'), vectorCases('rows.malformed')];
  const first: PrintedRow = good[0]?.row;

  test.each(good)('good: $name', ({ row, header, payload }) => {
    const stored = storedRow(row);
    expect(headerText(trail, stored)).toBe(header);
    expect(payloadText(stored)).toBe(payload);
    expect(checkHeaderText(header)).toBeNull();
    expect(checkPayloadText(payload)).toBeNull();
    expect(hashRow(trail, stored)).toEqual(stored.eventHash);
  });

  test.each(malformed)('malformed: $name', ({ set }) => {
    const stored = storedRow({ ...first, ...set });
    expect(checkHeaderText(headerText(trail, stored)) ?? checkPayloadText(payloadText(stored))).not.toBeNull();
    expect(hashRow(trail, stored)).not.toEqual(stored.eventHash);
  });

  test('no two of them have one text', () => {
    const rows: PrintedRow[] = [...good.map((one) => one.row), ...malformed.map((one) => ({ ...first, ...one.set }))];
    const texts = rows.map((row) => headerText(trail, storedRow(row)) + payloadText(storedRow(row)));
    expect(new Set(texts).size).toBe(texts.length);
  });

  test.each([
    ['an address smuggled in behind details', { details: '{},"ip_address":"192.0.2.7"', ip_address: null }],
    [
      'the salt and sealed smuggled in behind details',
      { details: '{},"salt":"AAAAAAAAAAAAAAAAAAAAAA","sealed":{"/details/c":"x"}', payload_salt: null, sealed: null },
    ],
    ['details cut short, sealed holds the rest', { details: '{"a":{}', sealed: '{"b":1}},"salt":"S2","sealed":{"/x":"y"}' }],
  ])('%s hashes as no event does', (_, set) => {
    const text = payloadText(storedRow({ ...first, ...set }));
    expect(checkPayloadText(text)).not.toBeNull();
    expect(text).toContain('"details":"{');
  });
});

describe('links', () => {
  test.each(vectorCases('links').filter((link) => link.origin))('genesis of $origin', ({ origin, hash_input, genesis }) => {
    expect(genesisHash(origin).toString('hex')).toBe(genesis);
    expect(sha256Hex(hash_input)).toBe(genesis);
  });

  test.each(vectorCases('links').filter((link) => !link.origin))('$name', ({ seq, prev, header_hash, payload_hash, hash_input, event_hash }) => {
    expect(linkText(seq, bytes(prev), bytes(header_hash), bytes(payload_hash))).toBe(hash_input);
    expect(linkHash(seq, bytes(prev), bytes(header_hash), bytes(payload_hash)).toString('hex')).toBe(event_hash);
  });

  test('a chain of fifteen', () => {
    const { origin, genesis, events } = specVectors.chain;
    let prev = genesisHash(origin).toString('hex');
    expect(prev).toBe(genesis);
    for (const event of events) {
      expect(event.prev).toBe(prev);
      expect(checkHeaderText(event.header)).toBeNull();
      expect(checkPayloadText(event.payload)).toBeNull();
      const [header, payload] = [sha256Hex(event.header), sha256Hex(event.payload)];
      expect([header, payload]).toEqual([event.header_hash, event.payload_hash]);
      prev = linkHash(event.seq, bytes(event.prev), bytes(header), bytes(payload)).toString('hex');
      expect(prev).toBe(event.event_hash);
    }
  });
});
