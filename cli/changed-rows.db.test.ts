// Who holds the database changes the rows of a run as they are written. A command prints what its run found itself, and acts on that.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { getRun, listFindings } from '@/features/runs/queries';
import { eachHasLostTrail, type LostTrail, otherProcess, SIGNED } from '@/features/sealing/test/lost-trail';
import { command as bundleCreate } from './bundle-create';
import { command as guardAdopt } from './guard-adopt';
import { command as trailEpoch } from './trail-epoch';
import { command as verify } from './verify';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const database = await freshDatabase();
const { superuser: sql } = database;
let at: LostTrail;
eachHasLostTrail(database, 'changed', (made) => {
  at = made;
});

const context = { say: () => {}, signal: new AbortController().signal, fileOf: (name: string) => name };
const type = (command: { run: typeof verify.run }, values: object) =>
  command.run({ values: { trail: at.trail.alias, ...values } as never, positionals: [] }, context);
const attack = (text: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(text.replaceAll('$T', String(at.trail.trailId)));
  });
const ALTERED = 'update audit_event set actor_id = actor_id || $n$x$n$ where trail_id = $T and seq = 2';
const trigger = (name: string, when: string, body: string) =>
  sql.unsafe(`create or replace function ${name}() returns trigger security definer language plpgsql as $$ begin ${body} end $$;
    create trigger attack_${name} ${when} for each row execute function ${name}()`);
/** What the newest run says in the database. */
const rowsOf = async () => {
  const [newest] = await sql`select max(run_id)::int as run from run where trail_id = ${at.trail.trailId}`;
  const row = await getRun(at.trail.trailId, newest?.run);
  return { params: row?.params, result: row?.result, codes: (await listFindings(at.trail.trailId, newest?.run)).map(({ code }) => code) };
};

beforeEach(async () => {
  await trigger('drop_finding', 'before insert on run_finding', `if new.code = 'EVENT_HASH' then return null; end if; return new;`);
  await trigger(
    'whiten',
    'before update on run',
    `if new.result ? 'counts' then
      new.counts := new.counts - 'EVENT_HASH';
      new.result := new.result || jsonb_build_object('counts', (new.result -> 'counts') - 'EVENT_HASH', 'findings', 0, 'kept', 0);
      if new.counts = '{}' then new.result := new.result || '{"state": "holds"}'; end if;
    end if;
    return new;`,
  );
});
afterEach(async () => {
  await sql`drop trigger if exists attack_drop_finding on run_finding`;
  for (const name of ['whiten', 'narrow']) await sql.unsafe(`drop trigger if exists attack_${name} on run`);
});

test('verify names the event that was altered, and ends with findings', async () => {
  await attack(ALTERED);
  const { json, text, hasFindings } = await type(verify, {});
  expect(await rowsOf()).toMatchObject({ result: { state: 'holds', counts: {} }, codes: [] });
  expect(json).toMatchObject({ state: 'broken', counts: { EVENT_HASH: 1 }, findings: [{ code: 'EVENT_HASH', seq: 2 }] });
  expect(text).toContain('One event was altered.');
  expect(text).toMatch(/^ {2}EVENT_HASH {8}2 /m);
  expect(hasFindings).toBe(true);
});

test('verify checks what it was asked for, and not what its row says when it is written', async () => {
  await attack(ALTERED);
  await trigger('narrow', 'before insert on run', `new.params := new.params || '{"to": 2}'; return new;`);
  const { json, hasFindings } = await type(verify, {});
  expect(await rowsOf()).toMatchObject({ params: { to: 2 } });
  expect(json).toMatchObject({ from: 0, state: 'broken', counts: { EVENT_HASH: 1 } });
  expect(hasFindings).toBe(true);
});

test('verify --resource names it too', async () => {
  const [row] = await sql`select resource_type as type, resource_id as id from audit_event where trail_id = ${at.trail.trailId} and seq = 2`;
  await attack(ALTERED);
  await trigger('narrow', 'before insert on run', `new.params := new.params || '{"id": "another"}'; return new;`);
  const { json, text, hasFindings } = await type(verify, { resource: `${row?.type}/${row?.id}` });
  expect(await rowsOf()).toMatchObject({ params: { id: 'another' }, result: { state: 'holds' }, codes: [] });
  expect(json).toMatchObject({ state: 'broken', counts: { EVENT_HASH: 1 }, findings: [{ code: 'EVENT_HASH', seq: 2 }] });
  expect(text).toMatch(/^ {2}EVENT_HASH {8}2 /m);
  expect(hasFindings).toBe(true);
});

test('guard adopt takes no altered history for the one that is there', async () => {
  await at.restore('old');
  expect(await at.reason()).toContain('HEAD_FORGED');
  await attack(ALTERED);
  expect(await type(guardAdopt, { confirm: at.trail.origin })).toMatchObject({ hasFindings: true, json: { state: 'broken', counts: { EVENT_HASH: 1 } } });
  expect(await rowsOf()).toMatchObject({ result: { state: 'holds', counts: {} }, codes: [] });
  expect(await at.acts()).toEqual([]);
});

test('trail epoch signs that the altered event is lost', async () => {
  await at.signAll();
  await at.restore('old');
  await attack(ALTERED);
  const { json } = await otherProcess(database, () => type(trailEpoch, { reason: 'the disk burnt' }));
  expect(await rowsOf()).toMatchObject({ result: { counts: { TRUNCATED: 1 } }, codes: ['TRUNCATED'] });
  const said = { size: SIGNED, first_lost: 2, found: { EVENT_HASH: 1, TRUNCATED: 1 } };
  expect(json).toMatchObject(said);
  const [zero] =
    await sql`select details::jsonb as details from audit_event e join trail t using (trail_id) where t.origin = ${`${at.trail.origin}/e2`} and seq = 0`;
  expect(zero?.details.epoch).toMatchObject(said);
});

test('bundle create keeps no other file than the one that it made', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bundle-'));
  const make = (name: string) => type(bundleCreate as never, { out: path.join(folder, name), level: 'selection', to: '2' });
  await make('first.zip');
  await trigger(
    'exchange',
    'before insert on bundle',
    `select file_name, size_bytes, sha256 into new.file_name, new.size_bytes, new.sha256 from bundle order by created_at limit 1; return new;`,
  );
  try {
    await expect(make('second.zip')).rejects.toThrow(expect.objectContaining({ code: 'BUNDLE_CHANGED' }));
    expect(fs.readdirSync(folder)).toEqual(['first.zip']);
  } finally {
    await sql`drop trigger attack_exchange on bundle`;
  }
});
