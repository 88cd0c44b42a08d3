// What a superuser writes into the rows that an incident file is made of: it says nothing in our name that they alone say, and there is a file.
import { beforeEach, expect, test, vi } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { driveNow } from '@/features/runs/drive-now';
import { logKeyOf } from '../sealing/log-key';
import type { VerifyParams } from './schema';
import { incidentOfRun } from './test/incident-of';
import { sealedTrail } from './test/sealed-trail';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const sealed = await sealedTrail();
const { attack } = sealed;
const origin = () => sealed.trail.origin;
const ours = () => vkeyOf(origin(), logKeyOf(origin()).publicKey);
const theirs = () => vkeyOf(origin(), makeLogKey(Buffer.alloc(32, 9)).publicKey);

const drive = async (params: VerifyParams = {}) => (await driveNow({ kind: 'verify', trailId: sealed.trail.trailId, params }, { verify: verifyRun })).runId;
const rewrite = (runId: number, params: object) => attack(`update run set params = $j$${JSON.stringify(params)}$j$ where run_id = ${runId}`);

beforeEach(() => attack('delete from run_finding; delete from run'));

// the first of the file: the process that appended does not take an older head any more
test('which keys a run went by is said by its event, whatever keys its row names', async () => {
  const second = signCheckpoint(origin(), 300, Buffer.alloc(32, 5), logKeyOf(origin()));
  await attack(`insert into checkpoint values ($T, 300, '\\x${'05'.repeat(32)}', $n$${second}$n$, now())`);
  const fileOf = async (runId: number) => {
    const { incident, text } = await incidentOfRun(sealed.trail, runId, 'EQUIVOCATION');
    return { keys: incident.keys.map(({ vkey, isTrusted }) => [vkey, isTrusted]), isUnknown: text.includes('which they were is not known') };
  };
  const own = { keys: [[ours(), true]], isUnknown: false };
  const plain = await drive();
  expect(await fileOf(plain)).toEqual(own);
  await rewrite(plain, { vkeys: [theirs()] });
  expect(await fileOf(plain)).toEqual(own);

  const brought = await drive({ vkeys: [ours(), theirs()] });
  const given = { keys: [ours(), theirs()].map((vkey) => [vkey, true]), isUnknown: false };
  expect(await fileOf(brought)).toEqual(given);
  for (const params of [{ vkeys: [theirs()] }, { vkeys: [] }, {}]) {
    await rewrite(brought, params);
    expect(await fileOf(brought), JSON.stringify(params)).toEqual({ ...own, isUnknown: true });
  }
});
