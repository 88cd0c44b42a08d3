// What is found with keys and checkpoints that a caller brought: under our own keys it is the trail's, under a stranger's it moves nothing.
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { scopeOf } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import { logKeyOf, vkeyTextOf } from '@/features/sealing/log-key';
import { rotateKey } from '@/features/sealing/mutations/rotate-key';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { getCoverage } from '@/features/trail/queries/get-coverage';
import { clearRefusal, writeRefusal } from '@/features/trail/refusal-file';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { areKeysOurs } from './our-keys';
import { getProvenStart } from './queries/proven-start';
import { resourceRun } from './resource-run';
import { judgeWatch } from './schedule/judge-watch';
import { getScheduleState } from './schedule/schedule-state';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000 });

await freshDatabase();
const stranger = makeLogKey(Buffer.alloc(32, 9));
const OTHER_ROOT = Buffer.alloc(32, 5);
let made = 0;
let trail: NewTrail & { createdAt: string };

beforeAll(() => ensureFirstTrails());
beforeEach(async () => {
  const created = await makeTrail(`k-${++made}`);
  trail = { ...created, createdAt: '2020-01-01T00:00:00.000000Z' };
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(20)));
  expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 21 });
});

const drive = async (params: object, kind: 'verify' | 'resource' = 'verify') =>
  (await driveNow({ kind, trailId: trail.trailId, params: { ...params } }, { verify: verifyRun, resource: resourceRun })) as unknown as {
    runId: number;
    result: { state: string; counts: Record<string, number> };
  };
const breaks = async () => (await getCoverage(scopeOf(trail.trailId), trail, 21)).breaks.map(({ code }) => code);
const said = async () => {
  const { facts, ages, own, draws } = await getScheduleState(trail);
  return judgeWatch(facts, ages, own, draws.window).flatMap((one) => (one.kind === 'broken' ? [one.run] : []));
};
const noteBy = (size: number, ...keys: Parameters<typeof signCheckpoint>[3][]) => signCheckpoint(trail.origin, size, OTHER_ROOT, ...keys);
const ours = () => vkeyTextOf(trail.origin);
const theirs = () => vkeyOf(trail.origin, stranger.publicKey);

describe('a checkpoint that somebody kept and our key signed', () => {
  test.each([
    ['EQUIVOCATION', 21],
    ['EQUIVOCATION', 10], // a larger one holds
    ['TRUNCATED', 900],
  ])('%s at %s stands on every page, with our key named and without', async (code, size) => {
    for (const more of [{ vkeys: [ours()] }, {}]) {
      const before = await said();
      const run = await drive({ ...more, notes: [noteBy(size, logKeyOf(trail.origin))] });
      expect(run.result.state).toBe('broken');
      expect(Object.keys(run.result.counts)).toContain(code);
      expect(await said()).toEqual([run.runId]);
      expect(before).not.toEqual([run.runId]);
      expect((await breaks()).length).toBeGreaterThan(0);
      expect(await getProvenStart(trail)).toEqual({ from: 0, run: null });
    }
    // until a run of everything finds nothing
    expect((await drive({})).result.state).toBe('holds');
    expect(await said()).toEqual([]);
  });

  test('also where the trail took no event when it was found: by its row', async () => {
    writeRefusal(trail.origin, { since: '2026-11-26T10:00:00.000000Z', reason: 'a test says so' });
    const run = await drive({ vkeys: [ours()], notes: [noteBy(21, logKeyOf(trail.origin))] });
    expect(run.result).toMatchObject({ event: null, notRecorded: 'SIGNER_REFUSED', keysOurs: true });
    expect(await said()).toEqual([run.runId]);
    expect(await breaks()).toContain('EQUIVOCATION');
    clearRefusal(trail.origin);
  });

  test('also where one resource was checked', async () => {
    const run = await drive({ type: 'invoice', id: '1', notes: [noteBy(21, logKeyOf(trail.origin))] }, 'resource');
    expect(run.result.state).toBe('broken');
    expect(await said()).toEqual([run.runId]);
    expect((await breaks()).length).toBeGreaterThan(0);
  });
});

describe("a stranger's key", () => {
  test('moves nothing, alone, beside ours, and with a note of his that contradicts the trail', async () => {
    expect((await drive({})).result.state).toBe('holds');
    const brought = [
      { vkeys: [theirs()], notes: [noteBy(21, stranger)] },
      { vkeys: [ours(), theirs()], notes: [noteBy(21, stranger)] },
      { vkeys: [ours(), theirs()], notes: [noteBy(900, stranger)] },
      { vkeys: [ours()], notes: [noteBy(21, stranger)] },
      { notes: [noteBy(900, stranger)] },
      { vkeys: [ours()], notes: ['no note at all'] },
    ];
    for (const params of brought) {
      expect((await drive(params)).result.state).toBe('broken');
      await drive({ type: 'invoice', id: '1', ...params }, 'resource');
      expect(await said()).toEqual([]);
      expect(await breaks()).toEqual([]);
    }
  });

  test('nor does a key of our own that is given without another of our own', async () => {
    expect((await drive({ vkeys: [ours()] })).result.state).toBe('holds');
    expect(await breaks()).toEqual([]);
  });
});

test('an old key of ours alone is not our keys: what says that it was stolen is believed by the newer one', async () => {
  const old = ours();
  const stolen = logKeyOf(trail.origin);
  await rotateKey(trail);
  expect(await sealTrail(trail)).toMatchObject({ ok: true });
  const both = [old, ours()];
  expect(both[0]).not.toBe(both[1]);
  expect(areKeysOurs(trail.origin, { vkeys: both })).toBe(true);
  for (const vkeys of [[old], [ours()], [...both, theirs()], []]) expect(areKeysOurs(trail.origin, { vkeys }), vkeys.join(' ')).toBe(false);
  await drive({ vkeys: [old], notes: [noteBy(900, stolen)] });
  expect(await said()).toEqual([]);
});
