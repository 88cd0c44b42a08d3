// What happens to everything that wants to append while the signer refuses, and that nothing is lost by it. The refusal is that of a database restored from a backup behind
// the last signature: rows, head and tiles as they were, the files beside the key as they are.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { bindRuntime, openRuntime } from '@/db/runtime';
import { scopeOf } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { appTransaction, writeTransaction } from '@/db/transaction';
import { checkSignIn } from '@/features/access/mutations/check-sign-in';
import { hashPassword } from '@/features/access/password';
import { importRun } from '@/features/capture/import/import-run';
import { importSentence } from '@/features/capture/import/prepare';
import { importSettings } from '@/features/capture/import/schema';
import { openExport } from '@/features/evidence/read-export';
import { driveNow } from '@/features/runs/drive-now';
import { resumeRun } from '@/features/runs/mutations/cancel-run';
import { createRun } from '@/features/runs/mutations/create-run';
import { getRun } from '@/features/runs/queries';
import { startRunner } from '@/features/runs/runner';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from './mutations/append';
import { ensureFirstTrails, type NewTrail } from './mutations/create-trail';
import { refusalAdvice } from './refusal-words';
import { readSealFiles } from './seal-state';
import { apiDrafts } from './test/drafts';
import { makeTrail } from './test/make-trail';
import { naiveVerify } from './test/naive-verify';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const database = await freshDatabase();
const { superuser: sql, home, url, superuserUrl } = database;
const TABLES = ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint'];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'held-test-'));
const RECORDS = 3_000;
let own: { trailId: NewTrail['trailId']; origin: string };
let made = 0;

beforeAll(async () => {
  const main = await ensureFirstTrails();
  const [row] = await sql`select trail_id as id from trail where alias = 'indelible'`;
  own = { trailId: row?.id, origin: main.origin.replace('/main', '/indelible') };
  await sql`create schema backup`;
  const hash = await hashPassword('a long password');
  await sql`insert into app_user (email, name, role, password_hash) values ('ines@example.com', 'Ines', 'admin', ${hash})`;
  const lines = Array.from({ length: RECORDS }, (_, n) =>
    JSON.stringify({
      id: `record-${n}`,
      occurred_at: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
      actor_type: 'user',
      actor_id: 'anna',
      action: 'record.read',
      outcome: 'success',
    }),
  );
  fs.writeFileSync(path.join(folder, 'records.jsonl'), `${lines.join('\n')}\n`);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
afterEach(() => bindRuntime(database.runtime));

const freshTrail = () => makeTrail(`held-${++made}`);
const append = ({ trailId }: { trailId: NewTrail['trailId'] }, count: number) =>
  writeTransaction(scopeOf(trailId), (tx) => appendEvents(tx, trailId, apiDrafts(count)));
const sealed = async (trail: { trailId: NewTrail['trailId']; origin: string }) => expect(await sealTrail(trail)).toMatchObject({ ok: true, isWhole: true });

const replica = (statements: string[]) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const statement of statements) await tx.unsafe(statement);
  });
/** What the database holds of a trail now. @returns puts it back, as a restore does: the process that comes up behind it has never seen more */
async function backUp({ trailId }: { trailId: NewTrail['trailId'] }) {
  const name = `backup.b${Math.random().toString(36).slice(2)}_`;
  for (const table of TABLES) await sql.unsafe(`create table ${name}${table} as select * from ${table} where trail_id = ${trailId}`);
  return () => replica(TABLES.flatMap((table) => [`delete from ${table} where trail_id = ${trailId}`, `insert into ${table} select * from ${name}${table}`]));
}
const restart = () => bindRuntime(openRuntime({ url, ownerUrl: superuserUrl, isEmbedded: true, stop: async () => {} }));

const importParams = () => ({
  settings: importSettings.parse({ format: 'jsonl' }),
  files: [{ path: path.join(folder, 'records.jsonl'), name: 'records.jsonl' }],
});
const eventsOf = async ({ trailId }: NewTrail) =>
  (await sql`select count(*)::int as n from audit_event where trail_id = ${trailId} and action = 'record.read'`)[0]?.n;

test('a backup restored behind the last signature takes no event and says why; the newer state restored goes on by itself', async () => {
  const trail = await freshTrail();
  await append(trail, 20);
  await sealed(trail);
  const older = await backUp(trail);
  await append(trail, 10);
  await sealed(trail);
  const newer = await backUp(trail);

  await older();
  restart();
  const reason = '31 events were signed, and the database has 21: the newest are gone';
  await expect(append(trail, 1)).rejects.toMatchObject({ code: 'SIGNER_REFUSED', hint: expect.stringContaining(reason) });
  expect(await sealTrail(trail)).toMatchObject({ ok: false });
  // what the banner of every page is drawn from
  const { refusal, sealedSize } = readSealFiles(trail.origin);
  expect(refusal?.reason).toBe('31 events were signed, and the database has 21: events are gone, or an old database was restored');
  expect([sealedSize, refusalAdvice(refusal?.reason ?? '', trail.alias)]).toEqual([31, expect.stringContaining('restore one that reaches at least this far')]);

  await newer();
  restart();
  await sealed(trail);
  expect(readSealFiles(trail.origin).refusal).toBeNull();
  await append(trail, 1);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});

test('an import that the trail stops under way is interrupted, says why, and is resumed without loss', async () => {
  const trail = await freshTrail();
  await append(trail, 5);
  const older = await backUp(trail);
  await append(trail, 5);
  await sealed(trail);
  const newer = await backUp(trail);
  await older();
  restart();

  // a command: it ends in words, and the run in the list waits
  const fault = await driveNow({ kind: 'import', trailId: trail.trailId, params: importParams() }, { import: importRun }).catch((cause) => cause);
  expect(fault).toMatchObject({ code: 'SIGNER_REFUSED', hint: expect.stringContaining('run the same command again') });

  // a runner of the server
  const runner = startRunner({ import: importRun });
  try {
    const runId = await appTransaction((tx) => createRun(tx, { kind: 'import', trailId: trail.trailId, params: importParams(), startedBy: null }));
    const stateOf = async () => (await getRun(trail.trailId, runId))?.state;
    await expect.poll(stateOf, { timeout: 30_000 }).toBe('interrupted');
    await new Promise((done) => setTimeout(done, 2_500));
    expect(await stateOf()).toBe('interrupted'); // and no runner runs against the wall meanwhile
    const held = await getRun(trail.trailId, runId);
    expect(held?.result).toMatchObject({ error: { code: 'SIGNER_REFUSED', hint: expect.stringContaining('11 events were signed, and the database has 6') } });
    const words = importSentence({
      state: 'interrupted',
      counts: {},
      share: null,
      secondsLeft: null,
      result: held?.result ?? null,
      isAway: false,
      isCancelling: false,
    });
    expect(words.sentence).toBe('The import waits: the trail takes no event (SIGNER_REFUSED).');
    expect(words.lead).toContain('nothing is lost: resume it once the reason is gone');

    await newer();
    await sealed(trail);
    expect(await appTransaction((tx) => resumeRun(tx, trail.trailId, runId))).toBe(true);
    await expect.poll(stateOf, { timeout: 60_000 }).toBe('done');
  } finally {
    await runner.stop();
  }
  expect(await eventsOf(trail)).toBe(RECORDS);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});

test('a sign-in and an export that cannot be recorded do not happen, and say so', async () => {
  const trail = await freshTrail();
  await append(trail, 5);
  const older = await backUp(own);
  const signIn = () => checkSignIn({ email: 'ines@example.com', password: 'a long password' }, { ip: null, userAgent: null }, new Date());
  expect(await signIn()).toMatchObject({ ok: true });
  await sealed(own);
  const newer = await backUp(own);
  await older();
  restart();

  const because = (action: string) => ({
    code: 'SIGNER_REFUSED',
    hint: expect.stringContaining(`${action} cannot be recorded, and what is not recorded does not happen`),
  });
  await expect(signIn()).rejects.toMatchObject(because('auth.login'));
  await expect(openExport({ trail, scope: trail.scope, filter: null, format: 'jsonl', actor: 'system' })).rejects.toMatchObject(because('audit.export'));
  // other trails go on
  await append(trail, 1);

  await newer();
  restart();
  await sealed(own);
  expect(await signIn()).toMatchObject({ ok: true });
  const { selection, bytes } = await openExport({ trail, scope: trail.scope, filter: null, format: 'jsonl', actor: 'system' });
  expect(selection.matched).toBe(7);
  await bytes.return(undefined);
  await selection.close();
});
