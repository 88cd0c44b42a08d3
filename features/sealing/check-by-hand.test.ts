// The commands of the screen, run as a third party would: bash and openssl, none of our code.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { checkpointCommands } from './check-by-hand';

const ORIGIN = 'audit.example.com/main';
const has = (program: string) => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'by-hand-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const run = (vkey: string) => execFileSync('sh', ['-c', checkpointCommands(vkey, 'main-15.checkpoint')], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });

test.skipIf(!has('openssl') || !has('xxd'))(
  'openssl verifies a checkpoint by the printed commands, and refuses one that was changed',
  { timeout: 60_000 },
  () => {
    // several keys: base64 with + and / in it too
    for (let i = 0; i < 4; i++) {
      const key = makeLogKey();
      const vkey = vkeyOf(ORIGIN, key.publicKey);
      const note = signCheckpoint(ORIGIN, 15, Buffer.alloc(32, i), key);
      fs.writeFileSync(path.join(folder, 'main-15.checkpoint'), note);
      expect(run(vkey)).toContain('Signature Verified Successfully');
      fs.writeFileSync(path.join(folder, 'main-15.checkpoint'), note.replace('\n15\n', '\n16\n'));
      expect(() => run(vkey)).toThrow();
      fs.writeFileSync(path.join(folder, 'main-15.checkpoint'), note);
      expect(() => run(vkeyOf(ORIGIN, makeLogKey().publicKey))).toThrow();
    }
  },
);
