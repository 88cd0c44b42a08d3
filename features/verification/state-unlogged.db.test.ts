// Accounts and catalogues that somebody writes past the product, and what an honest installation of any age looks like.
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { signAct } from '@/core/act';
import { newObject } from '@/core/json';
import { scopeOf } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { appTransaction, writeTransaction } from '@/db/transaction';
import { ensureFirstAdmin } from '@/features/access/mutations/ensure-first-admin';
import { publishCatalogue } from '@/features/catalogue/mutations/publish-catalogue';
import { driveNow } from '@/features/runs/drive-now';
import { listFindings } from '@/features/runs/queries';
import { logKeyOf } from '@/features/sealing/log-key';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { appClock } from '@/features/trail/mutations/batch-clock';
import type { NewTrail } from '@/features/trail/mutations/create-trail';
import { recordAct } from '@/features/trail/mutations/record-act';
import { systemDraft } from '@/features/trail/mutations/system-draft';
import { apiDraft } from '@/features/trail/test/drafts';
import { makeFirstTrails } from '@/jobs/first-trails';
import { lookedAt, reachOf } from './looked-at';
import { findUnloggedState } from './queries/find-unlogged-state';
import { verifyResult } from './schema';
import { told } from './test/verify-all';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000 });

const { superuser: sql } = await freshDatabase();
let own: NewTrail['trailId'];
let ines: string;
const drive = async (trailId: NewTrail['trailId'], params: object = {}) => {
  const { runId, result } = await driveNow({ kind: 'verify', trailId, params: { ...params } }, { verify: verifyRun });
  const verdict = verifyResult.parse(result);
  told({ state: verdict.state, findings: await listFindings(trailId, runId) });
  return verdict;
};
const found = async () =>
  (await findUnloggedState({ trailId: own, origin: 'audit.example.com/indelible' })).found.map(({ expected, found }) => [expected, found]);

beforeAll(async () => {
  await makeFirstTrails('audit.example.com', () => {});
  await ensureFirstAdmin({ email: 'ines@example.com', password: 'a long password' });
  [{ id: own }] = (await sql`select trail_id as id from trail where alias = 'indelible'`) as unknown as [{ id: NewTrail['trailId'] }];
  [{ id: ines }] = (await sql`select user_id as id from app_user`) as unknown as [{ id: string }];
});
afterEach(async () => {
  expect(await found()).toEqual([]); // each test puts back what it changed
});

test('the first start leaves nothing unexplained, and tries to sign in, a new password and a name are no state that acts tell of', async () => {
  expect((await drive(own)).counts).toEqual({});
  await sql`update app_user set failed_count = 3, session_version = 9, name = 'I', password_hash = 'x', email = 'i@example.com'`;
});

test('an account, a role, an account let in again and one shut out: named in a run of our own trail alone, which is broken by it', async () => {
  const [{ id }] = (await sql`insert into app_user (email, name, role) values ('m@example.com', 'M', 'admin') returning user_id as id`) as unknown as [
    { id: string },
  ];
  expect(await found()).toEqual([[null, `account ${id} admin`]]);
  const result = await drive(own);
  expect(result).toMatchObject({ state: 'broken', counts: { STATE_UNLOGGED: 1 }, findings: 1, kept: 1 });
  const [finding] = await sql`select code, seq, expected, found from run_finding order by run_id desc limit 1`;
  expect(finding).toEqual({ code: 'STATE_UNLOGGED', seq: null, expected: null, found: `account ${id} admin` });
  const [main] = await sql`select trail_id as id from trail where alias = 'main'`;
  expect((await drive(main?.id)).counts).toEqual({});
  expect((await drive(own, { to: 2 })).counts).toEqual({});
  await sql`delete from app_user where user_id = ${id}`;

  await sql`update app_user set role = 'auditor'`;
  expect(await found()).toEqual([[`account ${ines} admin`, `account ${ines} auditor`]]);
  await sql`update app_user set role = 'admin', disabled_at = now()`;
  expect(await found()).toEqual([[`account ${ines} admin`, `account ${ines} admin disabled`]]);
  await sql`update app_user set disabled_at = null`;
  expect((await drive(own)).counts).toEqual({});
});

describe('a row of a run that points at an act explains nothing of which that act tells', () => {
  const pointAt = (kind: 'resource' | 'verify', trailId: number, seq: number) => sql`
    insert into run (kind, trail_id, state, result, started_at, finished_at)
    values (${kind}, ${trailId}, 'done', ${sql.json({ state: 'holds', event: { seq }, notRecorded: null })}, now(), now()) returning run_id::int as id`;
  const run = expect.stringMatching(/^run \d+: /);

  test('an older act of our own trail, behind which another stands', async () => {
    const change = (role: 'admin' | 'auditor') =>
      appTransaction(async (tx) => {
        await tx.execute(`update app_user set role = '${role}'`);
        await recordAct(tx, { action: 'account.changed', actor: 'system', resourceType: 'account', resourceId: ines, outcome: 'success', details: { role } });
      });
    const [created] = await sql<
      { seq: number }[]
    >`select seq::int from audit_event where trail_id = ${own} and action = 'account.created' order by seq limit 1`;
    await change('auditor');
    await sql`update app_user set role = 'admin'`;
    const [made] = await pointAt('resource', own, created?.seq as number);
    expect(await found()).toEqual([
      [`account ${ines} auditor`, `account ${ines} admin`],
      [null, run],
    ]);
    expect(await drive(own)).toMatchObject({ state: 'broken', counts: { STATE_UNLOGGED: 2 } });
    await sql`delete from run where run_id = ${made?.id}`;
    await change('admin');
  });

  test('an event of another trail, which any source may send', async () => {
    const [main] = await sql<{ id: NewTrail['trailId']; next: number }[]>`
      select trail_id::int as id, next_seq::int as next from trail join trail_head using (trail_id) where alias = 'main'`;
    const [user] = await sql<{ id: string }[]>`insert into app_user (email, name, role) values ('m@example.com', 'M', 'admin') returning user_id as id`;
    if (!main || !user) throw new Error('no trail, or no account');
    await sql`insert into action_catalogue values ('mine', 'hidden.deed', 'audit.read', false)`;
    const unexplained = await found();
    expect(unexplained).toEqual([
      [null, `account ${user.id} admin`],
      [null, expect.stringMatching(/^catalogue mine [0-9a-f]{64}$/)],
    ]);
    const sha256 = unexplained[1]?.[1]?.split(' ').at(-1);
    const sent = [
      apiDraft({ action: 'account.created', resource_type: 'account', resource_id: user.id, details: { role: 'admin' } }),
      apiDraft({ action: 'catalogue.published', resource_type: 'catalogue', resource_id: 'mine', details: { id: 'mine', sha256 } }),
    ];
    await writeTransaction(scopeOf(main.id), (tx) => appendEvents(tx, main.id, sent));
    const made = [...(await pointAt('verify', main.id, main.next)), ...(await pointAt('verify', main.id, main.next + 1))].map(({ id }) => id);
    expect(await found()).toEqual([...unexplained, [null, run], [null, run]]);
    await sql`delete from run where run_id in ${sql(made)}`;
    await sql`delete from action_catalogue where version = 'mine'`;
    await sql`delete from app_user where user_id = ${user.id}`;
  });
});

test('an act taken out of the index that acts are looked up by: the run says that it is hidden', async () => {
  await writeTransaction(scopeOf(own), (tx) =>
    recordAct(tx, { action: 'account.changed', actor: 'system', resourceType: 'account', resourceId: ines, outcome: 'success', details: { name: true } }),
  );
  const [last] = await sql<{ month: string; seq: number }[]>`
    select tableoid::regclass::text as month, seq::int from audit_event where trail_id = ${own} and action = 'account.changed' order by seq desc limit 1`;
  const { month, seq } = last as { month: string; seq: number };
  const [index] = await sql<{ oid: number; name: string }[]>`
    select i.indexrelid::int as oid, i.indexrelid::regclass::text as name from pg_index i join pg_inherits h on h.inhrelid = i.indexrelid
    where i.indrelid = ${month}::regclass and h.inhparent = 'audit_event_action'::regclass`;
  const asSuperuser = async (text: string) => sql.begin((tx) => tx.unsafe(`set session_replication_role = replica; ${text}`));
  await asSuperuser(`update pg_index set indisready = false where indexrelid = ${index?.oid}`);
  await asSuperuser(`create temporary table one on commit drop as select * from ${month} where trail_id = ${own} and seq = ${seq};
    delete from ${month} where trail_id = ${own} and seq = ${seq}; insert into ${month} select * from one`);
  const [{ db }] = (await sql`select quote_ident(current_database()) as db`) as unknown as [{ db: string }];
  await asSuperuser(`update pg_index set indisready = true where indexrelid = ${index?.oid}; alter database ${db} set enable_seqscan = off`);
  const result = await drive(own);
  expect(result).toMatchObject({ state: 'broken', counts: { VIEW_MISMATCH: expect.any(Number) } });
  const named = await sql<{ expected: string }[]>`select expected from run_finding where code = 'VIEW_MISMATCH' order by run_id desc`;
  expect(named.some(({ expected }) => expected.includes('"account.changed"'))).toBe(true);
  await asSuperuser(`alter database ${db} reset enable_seqscan; reindex index ${index?.name}`);
});

test('a catalogue in which an action is no longer privileged, that has one more, and one of its own', async () => {
  const privileged = { version: 'default-3', pattern: 'account.created' };
  await sql`update action_catalogue set is_privileged = false where version = ${privileged.version} and pattern = ${privileged.pattern}`;
  expect(await found()).toMatchObject([
    [expect.stringMatching(/^catalogue default-3 [0-9a-f]{64}$/), expect.stringMatching(/^catalogue default-3 [0-9a-f]{64}$/)],
  ]);
  await sql`update action_catalogue set is_privileged = true where version = ${privileged.version} and pattern = ${privileged.pattern}`;
  await sql`insert into action_catalogue values ('default-3', 'hidden.deed', 'audit.read', false), ('mine', 'hidden.deed', 'audit.read', false)`;
  expect(await found()).toHaveLength(2);
  await sql`delete from action_catalogue where pattern = 'hidden.deed'`;
});

test('an older product that published less under the same name, and one that is published again', async () => {
  await sql`delete from action_catalogue where pattern = 'account.created'`;
  await makeFirstTrails('audit.example.com', () => {});
  expect(await sql`select seq from audit_event where trail_id = ${own} and action = 'catalogue.published'`).toHaveLength(2);
  expect(await found()).toEqual([]);
});

test('accounts that come and go while it is looked at are no finding', async () => {
  let isOver = false;
  const coming = (async () => {
    while (!isOver)
      await appTransaction(async (tx) => {
        const [row] = await tx.execute<{ id: string }>(
          `insert into app_user (email, name, role) values (gen_random_uuid()::text, 'N', 'officer') returning user_id as id`,
        );
        const id = row?.id as string;
        await recordAct(tx, { action: 'account.created', actor: 'system', resourceType: 'account', resourceId: id, details: { role: 'officer' } });
        await publishCatalogue(tx);
      });
  })();
  for (let i = 0; i < 15; i++) expect(await found()).toEqual([]);
  isOver = true;
  await coming;
});

test('where the act of an account is lawfully away, nobody says that nobody made it, nor that it was looked at', async () => {
  const [trail] = await sql<{ trailId: NewTrail['trailId']; origin: string }[]>`select trail_id as "trailId", origin from trail where trail_id = ${own}`;
  const [created] = await sql<{ seq: number }[]>`select seq::int from audit_event where trail_id = ${own} and action = 'account.created' order by seq limit 1`;
  if (!trail || !created) throw new Error('no trail');
  const { seq } = created;
  const details = signAct(trail.origin, 'partition.archived', Object.assign(newObject(), { from_seq: seq, to_seq: seq + 1, count: 1 }), logKeyOf(trail.origin));
  const act = systemDraft({ action: 'partition.archived', occurredAt: appClock(), resourceType: 'partition', resourceId: '0', details });
  await writeTransaction(scopeOf(own), (tx) => appendEvents(tx, own, [act]));
  expect(await sealTrail(trail)).toMatchObject({ ok: true });
  const past = (statement: string) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx.unsafe(statement);
    });
  await past(
    `create table kept as select * from audit_event where trail_id = ${own} and seq = ${seq}; delete from audit_event where trail_id = ${own} and seq = ${seq}`,
  );
  expect(await found()).not.toEqual([]);
  const whole = await drive(own);
  expect(whole).toMatchObject({ state: 'holds', counts: {}, away: [{ kind: 'archived', from: seq, to: seq + 1, count: 1 }], isStateLeftOut: true });
  const [told] = await sql`select details::jsonb as said from audit_event where trail_id = ${own} and seq = ${whole.event?.seq as number}`;
  expect(told?.said).toMatchObject({ state_left_out: true }); // a row that says otherwise is not believed
  expect(lookedAt('STATE_UNLOGGED', reachOf(whole, {}, 'done'))).toBe('not looked at: what would explain them may be away');
  expect(await drive(own, { from: seq + 1 })).toMatchObject({ counts: {}, isStateLeftOut: true });
  await past('insert into audit_event select * from kept; drop table kept');
  expect((await drive(own)).isStateLeftOut).toBeUndefined();
});
