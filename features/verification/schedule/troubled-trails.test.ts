import { expect, test } from 'vitest';
import type { ShellTrail } from '@/features/trail/shell';
import type { Trouble } from './trouble';
import { foldTrails, troubledTrails } from './troubled-trails';

const NOW = '2026-11-26T09:00:00.000000Z';
const trail = (alias: string, change: Partial<ShellTrail> = {}): ShellTrail => ({
  ...{ alias, origin: `audit.example.com/${alias}`, events: 10, isSynthetic: false, isRefused: false, goesOnIn: null },
  ...change,
});
const failed: Trouble = { kind: 'failed', run: 6, at: NOW, schedule: 'nightly', error: 'KEY_MISSING' };
const broken: Trouble = { kind: 'broken', run: 7, at: NOW, schedule: null, findings: 2, isCheck: false };
const late: Trouble = { kind: 'late', what: 'nightly', since: NOW, run: null, ageMs: 200_000_000, open: null };

test('each trail in trouble is named once, by its gravest, the worst first', () => {
  const trails = [
    trail('good'),
    trail('late'),
    trail('closed', { isRefused: true, goesOnIn: 'audit.example.com/closed/e2' }),
    trail('failed'),
    trail('refused', { isRefused: true }),
    trail('broken'),
  ];
  const troubles = {
    gone: [{ kind: 'gone', run: null, events: 7, row: null, next: null } as const],
    stranger: [{ kind: 'foreign', run: null, origin: 'other.example/stranger', alias: 'stranger' } as const],
    late: [late],
    closed: [broken],
    failed: [failed, late],
    refused: [failed],
    broken: [broken],
  };
  expect(troubledTrails(trails, troubles, NOW, 'UTC').map(({ at, tone, short, trouble }) => [at, tone, short, trouble?.kind])).toEqual([
    ['gone', 'broken', 'gone from the database', 'gone'],
    ['refused', 'broken', 'nothing is appended', 'failed'],
    ['broken', 'broken', '2 findings', 'broken'],
    ['closed', 'broken', 'nothing is appended', 'broken'],
    ['stranger', 'broken', 'never made here', 'foreign'],
    ['late', 'warning', 'verification late', 'late'],
    ['failed', 'warning', 'verification could not run', 'failed'],
  ]);
});

test('four stand in full; of more the first three do, and the others are counted', () => {
  const fold = (count: number) => Object.values(foldTrails([...Array(count).keys()])).map(({ length }) => length);
  expect([0, 1, 4, 5, 20].map(fold)).toEqual([
    [0, 0],
    [1, 0],
    [4, 0],
    [3, 2],
    [3, 17],
  ]);
});
