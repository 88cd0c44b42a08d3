// SPEC §8, a verdict is never one word: what `verify` prints beside what it found, and what is kept of it for the run's page.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeLogKey, parseVkey, vkeyOf } from '@/core/vkey';
import { listRuns } from '@/features/runs/queries';
import { vkeyTextOf } from '@/features/sealing/log-key';
import { findingText } from '@/features/verification/finding-texts';
import { verifyResult } from '@/features/verification/schema';
import { sealedTrail } from '@/features/verification/test/sealed-trail';
import { command } from './verify';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const it = await sealedTrail();

const verify = (values: object = {}) =>
  command.run(
    { values: { trail: it.trail.alias, ...values } as never, positionals: [] },
    { say: () => {}, signal: new AbortController().signal, fileOf: (name) => name },
  );
const kept = async () => verifyResult.parse((await listRuns(it.trail.trailId, { kinds: ['verify'], limit: 1 }))[0]?.result);
const keyIdOf = (vkey: string) => parseVkey(vkey)?.keyId as string;

test('a clean verdict names its range, the seal, what is not sealed and how old, the sealed values and the keys that it trusted', async () => {
  const keyId = keyIdOf(vkeyTextOf(it.trail.origin));
  const { text, hasFindings } = await verify();
  expect(hasFindings).toBe(false);
  expect(await kept()).toMatchObject({ keys: [keyId], unsealed: { events: 20, oldestMs: expect.any(Number) }, sealedValues: { sealed: 3, erased: 0 } });
  expect(text?.split('\n')).toEqual([
    'All 620 events hold, 0 to 619: sealed to 599, not anchored.',
    '  Range             0 to 619, 620 events read',
    '  Sealed to         599, signature holds',
    '  Anchored          nowhere: no copy outside this machine vouches for it',
    '  Checkpoints       4 listed ones compared with the events, the signatures of all verified',
    expect.stringMatching(/^ {2}Not yet sealed {4}20 events of what was read, oldest \d+ (s|min|h|days) at its end$/),
    '  Sealed values     3 there, 0 erased and logged',
    '  Away              none',
    `  Keys trusted      ${keyId}`,
  ]);

  // the guard file alone, as after a kill between it and the signature: it bears none
  fs.rmSync(path.join(it.database.home, 'checkpoints', it.trail.alias));
  expect((await verify()).text).toContain('  Sealed to         599, the guard file says so, which bears no signature');
  expect(await kept()).toMatchObject({ state: 'holds', provenTo: 600, provenBy: 'guard' });

  // a range below the signed size leaves nothing unsealed; a key that the caller brought is the one that is named
  await verify({ from: '0', to: '100' });
  expect(await kept()).toMatchObject({ to: 100, unsealed: { events: 0, oldestMs: null } });
  const other = vkeyOf(it.trail.origin, makeLogKey(Buffer.alloc(32, 7)).publicKey);
  const foreign = await verify({ vkey: [other] });
  expect(foreign.hasFindings).toBe(true);
  expect(await kept()).toMatchObject({ keys: [keyIdOf(other)] });
  expect(foreign.text).toContain('  Sealed to         599, the guard file says so, which bears no signature');
  expect(foreign.text).toContain(`  Keys trusted      ${keyIdOf(other)}`);

  // a cut below the signed size: the run's page names the signature as the witness
  await it.cutBack(500);
  const cut = await verify();
  const { findings } = cut.json as { findings: Parameters<typeof findingText>[0][] };
  expect(findings.map(({ code }) => code)).toContain('TRUNCATED');
  const truncated = findings.find(({ code }) => code === 'TRUNCATED') as (typeof findings)[0];
  expect(truncated).toMatchObject({ seq: 500, found: '500' });
  expect(findingText(truncated, findings, (await kept()).signedTo).know).toMatch(/^Size 600 was signed, .*500 rows are here\.$/);
});
