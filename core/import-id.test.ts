import { describe, expect, test } from 'vitest';
import { conflictId, importId, LineKeys } from './import-id';
import vectors from './testdata/spec-v1.json';

type Case = {
  name: string;
  id?: string;
  format?: string;
  source_key?: string;
  source?: string;
  used_id?: string;
  lines?: { occurred_at: string; line: string; events: number }[];
  events?: { source_key: string; id: string }[][];
};

describe('vectors: import_ids', () => {
  expect(vectors.import_ids).toHaveLength(10);
  test.each(vectors.import_ids as Case[])('$name', (c) => {
    if (c.used_id !== undefined) expect(conflictId(c.source ?? '', c.used_id)).toBe(c.id);
    else if (c.source_key !== undefined) expect(importId(c.format ?? '', c.source_key)).toBe(c.id);
    else {
      const keys = new LineKeys();
      const got = c.lines?.map(({ occurred_at, line, events }) =>
        keys.take(occurred_at, line, events).map((key) => ({ source_key: key, id: importId(c.format ?? '', key) })),
      );
      expect(got).toEqual(c.events);
    }
  });
});

test('an hour of lines is all that is remembered', () => {
  const keys = new LineKeys();
  for (let hour = 0; hour < 24; hour++) {
    for (let minute = 0; minute < 60; minute++) keys.take(`2026-03-01T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00.000000Z`, 'line');
  }
  expect(keys.size).toBe(61); // exactly one hour included
});
