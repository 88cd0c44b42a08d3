import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { checkSignIn } from './mutations/check-sign-in';
import { ensureFirstAdmin } from './mutations/ensure-first-admin';
import { recordSignOut } from './mutations/record-sign-out';
import { hashPassword, verifyPassword } from './password';

const database = await freshDatabase();
const { superuser } = database;

const password = 'correct horse battery';
const where = { ip: '203.0.113.77', userAgent: 'Firefox 142' };
const at = (minute: number) => new Date(Date.UTC(2026, 10, 25, 9, minute));
let count = 0;
let email = '';
let userId = '';

type Told = {
  action: string;
  actor_type: string;
  actor_id: string;
  outcome: string;
  resource_id: string;
  ip_address: string | null;
  details: Record<string, unknown>;
};
/** What the product's own trail says since the last call. */
let seen = 0;
async function told(): Promise<Told[]> {
  const rows = await superuser<(Omit<Told, 'details'> & { seq: string; details: unknown })[]>`
    select e.seq, e.action, e.actor_type, e.actor_id, e.outcome, e.resource_id, e.ip_address, e.details::jsonb as details
    from audit_event e join trail t using (trail_id) where t.alias = 'indelible' and e.seq >= ${seen} order by e.seq`;
  seen += rows.length;
  return rows.map(({ seq: _, ...row }) => row as Told);
}

const signIn = (change: { email?: string; password?: string } = {}, minute = 0) => checkSignIn({ email, password, ...change }, where, at(minute));
const account = async () => (await superuser`select * from app_user where user_id = ${userId}`)[0] as Record<string, unknown>;

beforeAll(async () => {
  await ensureFirstTrails();
});

describe('the first admin', () => {
  it('is made once, by however many servers at once, and told of without its password', async () => {
    await told();
    const made = (await Promise.all([1, 2, 3].map(() => ensureFirstAdmin({ email: 'ines.hartmann@example.com' })))).filter((a) => a !== null);
    expect(made).toHaveLength(1);
    expect(made[0]?.password).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
    expect(await ensureFirstAdmin({ email: 'other@example.com', password })).toBeNull();
    const acts = await told();
    expect(acts).toMatchObject([{ action: 'account.created', actor_type: 'system', outcome: 'success', details: { role: 'admin', first: true } }]);
    expect(JSON.stringify(acts)).not.toContain(made[0]?.password);
    const answer = await checkSignIn({ email: 'INES.Hartmann@example.com', password: made[0]?.password as string }, where, at(0));
    expect(answer).toMatchObject({ ok: true, account: { name: 'Ines Hartmann', role: 'admin' } });
    expect((await told())[0]).toMatchObject({ action: 'auth.login', actor_type: 'admin' });
  });
});

describe('signing in', () => {
  beforeEach(async () => {
    email = `person-${++count}@example.com`;
    const [row] =
      await superuser`insert into app_user (email, name, role, password_hash) values (${email}, 'A Person', 'officer', ${await hashPassword(password)}) returning user_id`;
    userId = row?.user_id as string;
    await told();
  });

  it('is an event of the person', async () => {
    expect(await signIn()).toMatchObject({ ok: true, account: { userId } });
    expect(await told()).toEqual([
      {
        action: 'auth.login',
        actor_type: 'user',
        actor_id: userId,
        outcome: 'success',
        resource_id: userId,
        ip_address: where.ip,
        details: { method: 'password' },
      },
    ]);
  });

  it('with a wrong password is counted and told, and the next right one ends the count', async () => {
    expect(await signIn({ password: 'wrong' })).toEqual({ ok: false, reason: 'wrong' });
    expect(await account()).toMatchObject({ failed_count: 1, locked_until: null });
    expect(await told()).toMatchObject([{ action: 'auth.login', actor_id: userId, outcome: 'failure', details: { known_user: true, reason: 'password' } }]);
    expect(await signIn()).toMatchObject({ ok: true });
    expect(await account()).toMatchObject({ failed_count: 0 });
  });

  it('locks for half an hour after ten tries, the right password too, then begins anew', async () => {
    for (let i = 0; i < 9; i++) expect(await signIn({ password: 'wrong' })).toEqual({ ok: false, reason: 'wrong' });
    const until = '2026-11-25T09:30:00.000000Z';
    expect(await signIn({ password: 'wrong' })).toEqual({ ok: false, reason: 'locked', until });
    const acts = await told();
    expect(acts).toHaveLength(11);
    expect(acts.at(-1)).toMatchObject({ action: 'auth.lockout', actor_type: 'system', resource_id: userId, details: { tries: 10, until } });

    expect(await signIn({}, 29)).toEqual({ ok: false, reason: 'locked', until });
    expect(await told()).toMatchObject([{ action: 'auth.login', outcome: 'denied', details: { reason: 'locked' } }]);
    expect(await signIn({ password: 'wrong' }, 31)).toEqual({ ok: false, reason: 'wrong' });
    expect(await account()).toMatchObject({ failed_count: 1, locked_until: null });
    expect(await signIn({}, 31)).toMatchObject({ ok: true });
  });

  it('counts every one of ten tries at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => signIn({ password: 'wrong' })));
    expect(answers.filter((a) => !a.ok && a.reason === 'locked')).toHaveLength(1);
    expect((await told()).filter((a) => a.action === 'auth.lockout')).toHaveLength(1);
  });

  it('answers for an unknown account as for a known one, and never keeps what was typed', async () => {
    const typed = `my-secret-${count}@nowhere.example`;
    const answers = [];
    for (let i = 0; i < 11; i++) answers.push(await signIn({ email: typed, password: 'hunter2 typed' }));
    expect(answers.slice(0, 9)).toEqual(Array(9).fill({ ok: false, reason: 'wrong' }));
    expect(answers.slice(9)).toEqual(Array(2).fill({ ok: false, reason: 'locked', until: '2026-11-25T09:30:00.000000Z' }));
    const acts = await told();
    expect(acts).toHaveLength(11);
    expect(acts[0]).toMatchObject({
      action: 'auth.login',
      actor_type: 'user',
      actor_id: '',
      resource_id: '',
      outcome: 'failure',
      details: { known_user: false },
    });
    const [{ text = '' } = {}] = await superuser`select string_agg(e::text, '') as text from audit_event e`;
    expect(text).toContain('auth.login');
    expect(text).not.toContain('my-secret');
    expect(text).not.toContain('hunter2');
  });

  it('does not tell a disabled account, nor one that signs in elsewhere, from a wrong password', async () => {
    await superuser`update app_user set disabled_at = now() where user_id = ${userId}`;
    expect(await signIn()).toEqual({ ok: false, reason: 'wrong' });
    await superuser`update app_user set disabled_at = null, password_hash = null where user_id = ${userId}`;
    expect(await signIn()).toEqual({ ok: false, reason: 'wrong' });
    expect(await told()).toMatchObject([{ details: { reason: 'disabled' } }, { details: { reason: 'password' } }]);
  });

  it('takes as long for nobody as for somebody', async () => {
    const hash = await hashPassword(password);
    const took = async (of: string | null) => {
      const start = performance.now();
      await verifyPassword(of, 'wrong');
      return performance.now() - start;
    };
    await took(null);
    // in turns, and the least of each: what else the machine does meanwhile is not the question
    let [somebody, nobody] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let i = 0; i < 9; i++) {
      somebody = Math.min(somebody, await took(hash));
      nobody = Math.min(nobody, await took(null));
    }
    expect(nobody / somebody).toBeGreaterThan(0.4);
    expect(nobody / somebody).toBeLessThan(2.5);
  });

  it('does not happen when it cannot be recorded, and nothing is counted', async () => {
    const [head] = await superuser`select h.trail_id, h.mac from trail_head h join trail t using (trail_id) where t.alias = 'indelible'`;
    await superuser`update trail_head set mac = sha256('forged') where trail_id = ${head?.trail_id}`;
    try {
      await expect(signIn()).rejects.toMatchObject({ code: 'HEAD_FORGED' });
      await expect(signIn({ password: 'wrong' })).rejects.toMatchObject({ code: 'HEAD_FORGED' });
      expect(await account()).toMatchObject({ failed_count: 0, locked_until: null });
    } finally {
      await superuser`update trail_head set mac = ${head?.mac} where trail_id = ${head?.trail_id}`;
    }
    expect(await signIn()).toMatchObject({ ok: true });
  });

  it('ends with an event too, and leaves a trail that holds', async () => {
    await recordSignOut(userId);
    expect(await told()).toMatchObject([{ action: 'auth.logout', actor_id: userId, outcome: 'success' }]);
    expect(await naiveVerify(superuser, 'audit.example.com/indelible', database.home)).toEqual([]);
  });
});
