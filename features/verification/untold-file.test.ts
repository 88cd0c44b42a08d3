import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { FindingCode } from '@/core/finding';
import type { TrailId } from '@/db/scope';
import { setEnv } from '@/lib/env';
import { forgetUntold, listUntold, untoldFile } from './untold-file';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-untold-'));
setEnv({ INDELIBLE_HOME: home });
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const trail = { trailId: 1 as TrailId, origin: 'audit.example.com/main' };
const found = (code: FindingCode, isDeep: boolean) => untoldFile(trail, 7, isDeep).note([{ code, seq: 5, expected: 'a', found: 'b', lastGood: null }]);
const left = (look: { start: number; isDeep: boolean }) => {
  forgetUntold(listUntold(trail), look);
  return listUntold(trail).length;
};

test('what a killed run found is forgotten by who has looked for it: deep where that takes one, and numbers of a source from the beginning', () => {
  found('EVENT_HASH', false);
  expect(left({ start: 900, isDeep: false })).toBe(0); // told by that run as not looked for
  found('SOURCE_GAP', false);
  expect(left({ start: 900, isDeep: true })).toBe(1);
  expect(left({ start: 0, isDeep: false })).toBe(0);
  found('MALFORMED', true);
  expect(left({ start: 0, isDeep: false })).toBe(1);
  expect(left({ start: 900, isDeep: true })).toBe(0);
});
