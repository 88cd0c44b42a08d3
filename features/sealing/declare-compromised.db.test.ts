// A stolen key, named by the keys that came after it: each says so for whoever was given that one, once.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { verifyAct } from '@/core/act';
import { signCheckpoint } from '@/core/checkpoint';
import { isJsonObject, type JsonObject, parseJson } from '@/core/json';
import type { Vkey } from '@/core/vkey';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { headMacKey } from '@/features/trail/mutations/keys';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { verifyAll } from '@/features/verification/test/verify-all';
import { ensureNextKey, logKeyOf, ownVkey, switchKey, vkeyTextOf } from './log-key';
import { declareCompromised } from './mutations/declare-compromised';
import { rotateKey } from './mutations/rotate-key';
import { sealTrail } from './mutations/seal-trail';
import { withSealingLock } from './sealing-lock';

vi.setConfig({ testTimeout: 120_000 });

const { superuser: sql, home } = await freshDatabase();
beforeAll(() => ensureFirstTrails());

test('said again after another rotation it is said by the newer key, and the answer names the key that signed it', async () => {
  const trail = await makeTrail('stolen');
  const { origin, trailId } = trail;
  const grow = async () => {
    await writeTransaction(trail.scope, (tx) => appendEvents(tx, trailId, apiDrafts(3)));
    expect(await sealTrail(trail)).toMatchObject({ ok: true });
  };
  const declare = async () => {
    const said = await declareCompromised(trail, 4, first.text);
    if (!said.ok) throw new Error(said.reason);
    const [row] = await sql<{ details: string }[]>`select details::text as details from audit_event where trail_id = ${trailId} and seq = ${said.receipt.seq}`;
    const parsed = parseJson(row?.details ?? '');
    if (!parsed.ok || !isJsonObject(parsed.value)) throw new Error('no details');
    return { ...said, details: parsed.value as JsonObject };
  };
  const signer = (details: JsonObject, vkeys: Vkey[]) => verifyAct(origin, 'key.compromised', details, vkeys);

  await grow();
  const stolen = logKeyOf(origin);
  const first = { vkey: ownVkey(origin), text: (await rotateKey(trail)).old };
  await grow();
  const second = ownVkey(origin);
  const bySecond = await declare();
  expect(signer(bySecond.details, [second])).toEqual(second);
  expect(await declare()).toEqual(bySecond); // the same again is the same event

  await rotateKey(trail);
  await grow();
  const third = ownVkey(origin);
  const byThird = await declare();
  expect(byThird.by).not.toBe(bySecond.by);
  expect(byThird.receipt.seq).toBeGreaterThan(bySecond.receipt.seq);
  expect([signer(byThird.details, [third]), signer(byThird.details, [second])]).toEqual([third, null]);
  expect(byThird.by).toContain(`+${third.keyId}+`);
  expect(await declare()).toEqual(byThird);

  // so whoever has the first key and the third, and never had the second, hears of it
  const root = Buffer.alloc(32, 1);
  const forged = { note: signCheckpoint(origin, 6, root, stolen), isOutside: true, isBrought: true };
  const verdict = await verifyAll({ trail, scope: trail.scope, headKey: headMacKey(), vkeys: [first.vkey, third], notes: [forged] });
  expect(verdict.counts.UNKNOWN_KEY).toBeGreaterThan(0);
  expect(verdict.counts.EQUIVOCATION).toBeUndefined(); // the forged note does not count
});

test('nothing is said by a key that a rotation takes away meanwhile, and no signature stays of what the trail did not take', async () => {
  const trail = await makeTrail('changing');
  const { origin, trailId } = trail;
  const { old } = await rotateKey(trail);
  const acts = () => fs.readdirSync(path.join(home, 'keys/changing.acts')).filter((name) => name.startsWith('key.compromised'));
  const [head] = await sql`select mac from trail_head where trail_id = ${trailId}`;
  await sql`update trail_head set mac = ${Buffer.alloc(32, 7)} where trail_id = ${trailId}`;
  await expect(declareCompromised(trail, 0, old)).rejects.toMatchObject({ code: 'HEAD_FORGED' });
  expect(acts()).toEqual([]);
  await sql`update trail_head set mac = ${head?.mac} where trail_id = ${trailId}`;

  let saying: ReturnType<typeof declareCompromised> | undefined;
  await withSealingLock(origin, async () => {
    saying = declareCompromised(trail, 0, old);
    ensureNextKey(origin);
    switchKey(origin); // as the end of a rotation does, under its lock
  });
  expect(await saying).toMatchObject({ ok: true, by: vkeyTextOf(origin) });
  expect(acts()).toHaveLength(1);
});
