import { expect, test } from 'vitest';
import { columnText, lagMs, readColumns } from './columns';
import type { EventLine } from './event-model';

test('columns of the address: known ones, once each, in their own order, four at most', () => {
  expect(readColumns(undefined)).toEqual([]);
  expect(readColumns('lag,ip,ip,colour')).toEqual(['ip', 'lag']);
  expect(readColumns('type,ip,session,request,source,recorded,lag')).toEqual(['type', 'ip', 'session', 'request']);
});

test('what was not stated is no empty text, and a clock that is ahead has a negative lag', () => {
  const row = { resourceType: '', ipAddress: '10.0.0.1', occurredAt: '2026-11-23T12:00:02.000000Z', recordedAt: '2026-11-23T12:00:00.500000Z' } as EventLine;
  expect([columnText('type', row), columnText('ip', row), lagMs(row)]).toEqual([null, '10.0.0.1', -1500]);
});
