import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { env, setEnv } from '@/lib/env';
import { log } from '@/lib/log';
import { tellDue } from './mutations/tell-due';

afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(env().INDELIBLE_HOME, { recursive: true });
});

test('an adoption whose file is damaged is said once, however often the sealer comes by, and once more when it is damaged anew', async () => {
  setEnv({ INDELIBLE_HOME: fs.mkdtempSync(path.join(os.tmpdir(), 'adoption-')) });
  const file = path.join(env().INDELIBLE_HOME, 'keys', 'main.adopting.0123456789abcdef');
  fs.mkdirSync(path.dirname(file));
  const warned = vi.spyOn(log, 'warn').mockImplementation(() => {});
  const looks = async () => {
    for (let n = 0; n < 3; n++) await tellDue({ origin: 'audit.example.com/main' });
    return warned.mock.calls.length;
  };
  fs.writeFileSync(file, 'torn');
  expect(await looks()).toBe(1);
  fs.rmSync(file);
  expect(await looks()).toBe(1);
  fs.writeFileSync(file, 'torn');
  expect(await looks()).toBe(2);
});
