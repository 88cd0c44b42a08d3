// Erasures killed with -9 at every step by name (ARCHITECTURE.md, the order of a crash): a value is never gone without its act, no act is in the trail without its file beside
// the key, and the same erasure again goes on by the same code.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { verifyAct } from '@/core/act';
import { freshDatabase } from '@/db/test/database';
import { program } from '@/db/test/program';
import { writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { headMacKey } from '@/features/trail/mutations/keys';
import { apiDraft } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { named, verifyAll } from '@/features/verification/test/verify-all';
import { ownVkey } from '../sealing/log-key';
import { sealTrail } from '../sealing/mutations/seal-trail';
import { type Erasure, type ErasureOutcome, eraseValue } from './mutations/erase-value';

vi.setConfig({ testTimeout: 120_000 });

const { superuser: sql, home, env } = await freshDatabase();
const eraser = program<ErasureOutcome>('features/redaction/test/erase-worker.ts', env, {
  'features/sealing/sign-log-act.ts': ['signLogAct'],
  'features/trail/mutations/head.ts': ['lockHead', 'advanceHead'],
  'lib/files.ts': ['createExclusively'],
  'db/transaction.ts': ['writeTransaction'],
});

const UNDONE = ['before signLogAct', 'after signLogAct', 'after lockHead', 'after advanceHead', 'before createExclusively'];
const SIGNED = 'after createExclusively'; // the act lies beside the key, and nothing is committed
const DONE = 'after writeTransaction';

let trail: NewTrail;

beforeAll(async () => {
  await ensureFirstTrails();
  trail = await makeTrail('erase');
  const secrets = [...UNDONE, SIGNED, SIGNED, DONE].map((_, n) => ({ ...apiDraft({ details: { email: 'mia@example.com', n } }), seals: ['/details/email'] }));
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, secrets));
  expect(await sealTrail(trail)).toMatchObject({ ok: true });
});

const erasureOf = (seq: number): Erasure => ({ seq, pointer: '/details/email', ground: 'request', law: 'GDPR 17', country: 'DE', requestId: `dsr-${seq}` });
const found = async () => named(await verifyAll({ trail, scope: trail.scope, headKey: headMacKey() }));

/** Of one value: whether it is there, how many acts of the trail say that it was erased, and how many files beside the key. */
async function stateOf(seq: number) {
  const isThere = (await sql`select 1 from sealed_value where trail_id = ${trail.trailId} and seq = ${seq}`).length === 1;
  const acts = await sql<{ details: string }[]>`select details::text from audit_event
    where trail_id = ${trail.trailId} and action = 'value.erased' and details::json ->> 'seq' = ${String(seq)}`;
  const folder = path.join(home, 'keys/erase.acts');
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'))) : [];
  const own = files.filter(({ details }) => details.seq === seq);
  for (const { action, details } of own) expect(verifyAct(trail.origin, action, details, [ownVkey(trail.origin)])).not.toBeNull();
  for (const { details } of acts) expect(own.map((file) => file.details)).toContainEqual(JSON.parse(details));
  return { isThere, acts: acts.length, files: own.length };
}

async function killedAt(stopAt: string, seq: number) {
  const dead = eraser.start(['erase', JSON.stringify(erasureOf(seq))], { stopAt });
  expect(await dead.left, stopAt).toBe(null);
  expect(dead.lines).toEqual([]);
}

test.each([...UNDONE, SIGNED].map((stopAt, i) => [stopAt, i + 1] as const))(
  'kill -9 %s: the value is there, and the same again erases it with one act and one file',
  async (stopAt, seq) => {
    await killedAt(stopAt, seq);
    expect(await stateOf(seq)).toEqual({ isThere: true, acts: 0, files: stopAt === SIGNED ? 1 : 0 });
    expect(await found()).toEqual([]);
    expect(await eraseValue(trail, erasureOf(seq), 'system')).toMatchObject({ ok: true });
    expect(await stateOf(seq)).toEqual({ isThere: false, acts: 1, files: 1 });
    expect(await found()).toEqual([]);
  },
);

test('kill -9 behind the commit: it is erased, and the same again finds nothing to erase', async () => {
  const seq = UNDONE.length + 2;
  await killedAt(DONE, seq);
  expect(await stateOf(seq)).toEqual({ isThere: false, acts: 1, files: 1 });
  expect(await eraseValue(trail, erasureOf(seq), 'system')).toMatchObject({ ok: false });
  expect(await stateOf(seq)).toEqual({ isThere: false, acts: 1, files: 1 });
  expect(await found()).toEqual([]);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});

test('the file of an act that a kill kept out of the trail excuses nothing: a value that goes all the same was erased unlawfully', async () => {
  const seq = UNDONE.length + 3;
  await killedAt(SIGNED, seq);
  await sql`delete from sealed_value where trail_id = ${trail.trailId} and seq = ${seq}`;
  expect(await stateOf(seq)).toEqual({ isThere: false, acts: 0, files: 1 });
  expect(await found()).toEqual([`ERASURE_UNLOGGED@${seq}`]);
});
