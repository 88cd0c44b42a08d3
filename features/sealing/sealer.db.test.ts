import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { readTransaction, writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { getUnsealed } from '@/features/trail/queries/get-unsealed';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { secretFile } from '@/lib/home';
import { log } from '@/lib/log';
import { processStart } from '@/lib/process';
import { readGuard } from '../trail/guard-file';
import { readHold } from '../trail/holds';
import { listStrayTrails } from '../trail/lost-trails';
import { writeRefusal } from '../trail/refusal-file';
import { refusalAdvice } from '../trail/refusal-words';
import { liveSeal, readSealFiles } from '../trail/seal-state';
import { adoptionFault } from './mutations/adopt-guard';
import { sealTrail } from './mutations/seal-trail';
import { readOutsideSeals } from './queries/known-notes';
import { startSealer } from './sealer';
import { sealState } from './state';
import { naiveCheckpoints } from './test/naive-tree';

const { superuser: sql } = await freshDatabase();
let count = 0;
beforeAll(() => ensureFirstTrails());

/** Six events, all of them sealed. */
async function sealedTrail() {
  const trail = await makeTrail(`idle-${++count}`);
  const append = (events: number) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(events)));
  await append(5);
  expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 6, isWhole: true });
  return { trail, append };
}

// retried, because what else runs on the machine may cost seconds too; a rhythm that is another never passes
test('fewer than 256 events are sealed when they have waited for five seconds, 256 at once', { retry: 3, timeout: 60_000 }, async () => {
  const { trail, append } = await sealedTrail();
  const msUntil = async (size: number, began: number) => {
    await expect.poll(() => sealState(trail.origin).size, { interval: 20, timeout: 30_000 }).toBe(size);
    return performance.now() - began;
  };
  const began = performance.now();
  await append(255);
  const sealer = startSealer(async () => [trail]);
  try {
    const waited = await msUntil(6 + 255, began);
    expect(waited).toBeGreaterThan(4_900);
    expect(waited).toBeLessThan(7_000);
    const before = performance.now();
    await append(256);
    expect(await msUntil(6 + 255 + 256, before)).toBeLessThan(3_000);
  } finally {
    await sealer.stop();
  }
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
});

test('the sealer clears a refusal of another process whose reason is gone', { timeout: 60_000 }, async () => {
  const { trail, append } = await sealedTrail();
  writeRefusal(trail.origin, { since: '2026-11-25T00:00:00.000000Z', reason: 'gone since' });
  await expect(append(1)).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
  const sealer = startSealer(async () => [trail]);
  try {
    await expect.poll(() => sealState(trail.origin).refused, { timeout: 30_000 }).toBeNull();
    await append(1);
  } finally {
    await sealer.stop();
  }
});

describe('where nothing waits for the seal, every page says all the same why nothing is appended', () => {
  const attacks = {
    'the MAC of the end marker': ['mac', 'HEAD_FORGED'],
    'the hash that it names': ['last_hash', 'HEAD_FORGED'],
  } as const;
  test.each(Object.entries(attacks))('%s is another: at the next append', { timeout: 60_000 }, async (_, [column, code]) => {
    const { trail, append } = await sealedTrail();
    const sealer = startSealer(async () => [trail]);
    try {
      await new Promise((done) => setTimeout(done, 1_500)); // it has looked, and found nothing
      expect(readSealFiles(trail.origin).refusal).toBeNull();
      const [{ before }] = (await sql`select ${sql(column)} as before from trail_head where trail_id = ${trail.trailId}`) as unknown as [{ before: Buffer }];
      await sql`update trail_head set ${sql({ [column]: Buffer.alloc(32, 7) })} where trail_id = ${trail.trailId}`;
      await expect(append(1)).rejects.toMatchObject({ code });
      await expect.poll(() => readSealFiles(trail.origin).refusal?.reason, { timeout: 20_000 }).toContain(code);
      await sql`update trail_head set ${sql({ [column]: before })} where trail_id = ${trail.trailId}`;
      await expect.poll(() => readSealFiles(trail.origin).refusal, { timeout: 40_000 }).toBeNull();
      await append(1);
    } finally {
      await sealer.stop();
    }
  });

  test('the last signed event is another, or gone: at the first look', { timeout: 60_000 }, async () => {
    for (const [attack, words] of [
      [`update audit_event set event_hash = '\\x${'07'.repeat(32)}'`, 'is not the one that was signed'],
      ['delete from audit_event', 'the database has none of that number'],
    ] as const) {
      const { trail } = await sealedTrail();
      await sql.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx.unsafe(`${attack} where trail_id = ${trail.trailId} and seq = 5`);
      });
      const sealer = startSealer(async () => [trail]);
      await expect.poll(() => readSealFiles(trail.origin).refusal?.reason, { timeout: 20_000 }).toContain(words);
      await sealer.stop();
    }
  });

  test('the end marker stands where it stood before: what this process appended is known', { timeout: 60_000 }, async () => {
    const { trail, append } = await sealedTrail();
    const [head] = await sql`select next_seq, last_hash, mac from trail_head where trail_id = ${trail.trailId}`;
    await append(1); // and before it is sealed, the database is as it was
    await sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      for (const table of ['audit_event', 'event_key']) await tx.unsafe(`delete from ${table} where trail_id = ${trail.trailId} and seq = 6`);
      await tx`update trail_head set ${tx(head as Record<string, Buffer>)} where trail_id = ${trail.trailId}`;
    });
    const sealer = startSealer(async () => [trail]);
    await expect.poll(() => readSealFiles(trail.origin).refusal?.reason, { timeout: 20_000 }).toContain('event 6 was appended here and acknowledged');
    await sealer.stop();
  });

  test('the clocks are apart', { timeout: 60_000 }, async () => {
    const { trail, append } = await sealedTrail();
    await sql`update trail_head set last_recorded_at = last_recorded_at - interval '5 minutes' where trail_id = ${trail.trailId}`;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 30_000 });
    const sealer = startSealer(async () => [trail]);
    try {
      await expect(append(1)).rejects.toMatchObject({ code: 'CLOCK_SUSPECT' });
      await expect
        .poll(() => readSealFiles(trail.origin).refusal?.reason, { timeout: 20_000 })
        .toMatch(/^CLOCK_SUSPECT: the database says .*, and this server /);
      expect(refusalAdvice(readSealFiles(trail.origin).refusal?.reason ?? '', trail.alias)).toContain('Check the time service');
      expect(sealState(trail.origin).refused).toBeNull(); // what is there can be sealed
      vi.useRealTimers();
      await append(1);
      await expect.poll(() => readSealFiles(trail.origin).refusal, { timeout: 20_000 }).toBeNull();
    } finally {
      vi.useRealTimers();
      await sealer.stop();
    }
  });

  test('this month’s part of the table was detached: every page says so until it is attached again', { timeout: 60_000 }, async () => {
    const clock = '2026-01-20T00:00:00.000000Z'; // no event of the month: nothing signed is missing with it
    const trail = await makeTrail('months', { synthetic: true, clock });
    const append = (options = {}) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(1), options));
    await append({ clock });
    await sealTrail(trail);
    await sql`select ensure_partition(clock_timestamp())`;
    const [month] = await sql`select to_char(m, 'YYYY_MM') as name, m::text as since, (m + interval '1 month')::text as until
                              from date_trunc('month', clock_timestamp(), 'UTC') m`;
    await sql.unsafe(`alter table audit_event detach partition audit_event_${month?.name}`);
    const sealer = startSealer(async () => [trail]);
    try {
      await expect(append()).rejects.toMatchObject({ code: 'MONTH_DETACHED' });
      await expect.poll(() => readHold(trail.origin)?.reason, { timeout: 30_000 }).toContain(`audit_event_${month?.name}`);
      expect(refusalAdvice(readHold(trail.origin)?.reason ?? '', trail.alias)).toContain('attached again');
      await sql.unsafe(`alter table audit_event attach partition audit_event_${month?.name} for values from ('${month?.since}') to ('${month?.until}')`);
      await append();
      await expect.poll(() => readHold(trail.origin), { timeout: 60_000 }).toBeNull();
    } finally {
      await sealer.stop();
    }
  });
});

test('a process that seals one trail and does not end holds up no other trail, nor the end of the sealer', { timeout: 60_000 }, async () => {
  const trailOf = async (alias: string) => {
    const trail = await makeTrail(alias);
    await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(300)));
    return trail;
  };
  const [held, free] = [await trailOf('held-up'), await trailOf('goes-on')];
  const other = spawn('sleep', ['600']);
  const file = secretFile('held-up.sealing');
  fs.writeFileSync(file, JSON.stringify({ pid: other.pid, start: processStart(other.pid as number) }), { mode: 0o600 });
  const sealer = startSealer(async () => [held, free]);
  try {
    await expect.poll(() => sealState(free.origin).size, { timeout: 20_000 }).toBe(301);
    await new Promise((done) => setTimeout(done, 1_000));
    expect(sealState(held.origin).size).toBe(0);
    const asked = performance.now();
    await sealer.stop();
    expect(performance.now() - asked).toBeLessThan(5_000);
    other.kill('SIGKILL');
    await once(other, 'close');
    // its lock is taken over by whoever seals next
    const next = startSealer(async () => [held, free]);
    await expect.poll(() => sealState(held.origin).size, { timeout: 20_000 }).toBe(301);
    await next.stop();
  } finally {
    other.kill('SIGKILL');
    await sealer.stop();
  }
  expect(fs.existsSync(file)).toBe(false);
  expect(await naiveCheckpoints(sql, held.trailId)).toEqual([]);
});

test('what cannot be looked at of one trail is said of that one, and keeps none behind it from being sealed', { timeout: 60_000 }, async () => {
  const trailOf = async (alias: string) => {
    const trail = await makeTrail(alias);
    await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(300)));
    return trail;
  };
  const [closed, open] = [await trailOf('closed'), await trailOf('open')];
  const guard = secretFile('closed.guard');
  fs.renameSync(guard, `${guard}.kept`);
  fs.mkdirSync(guard); // as a file of another user: there, and not to be read
  // a row that somebody wrote: no key file can have such a name
  const forged = { ...closed, trailId: 999 as typeof closed.trailId, origin: 'audit.example.com/X' };
  const sealer = startSealer(async () => [forged, closed, open]);
  try {
    await expect.poll(() => sealState(open.origin).size, { timeout: 20_000 }).toBe(301);
    await expect.poll(() => readSealFiles(closed.origin).refusal?.reason, { timeout: 20_000 }).toContain('the guard file cannot be read (EISDIR)');
    expect(refusalAdvice(readSealFiles(closed.origin).refusal?.reason ?? '', 'closed')).toContain('the user that Indelible runs as');
    expect(readSealFiles(forged.origin).refusal?.reason).toBe('no trail of such a name is made here: somebody wrote its row');
    expect(() => readOutsideSeals(closed)).toThrow('GUARD_UNREAD'); // a verification does not compare with less, and call it good
    expect(readGuard(closed.origin)).toBeNull(); // and not missing, as of a trail that never was signed
    expect(await adoptionFault(closed)).toContain('there is a guard file');
    await expect(writeTransaction(closed.scope, (tx) => appendEvents(tx, closed.trailId, apiDrafts(1)))).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
    expect((await listStrayTrails()).gone).toEqual([]); // nor does it throw
    fs.rmdirSync(guard);
    fs.renameSync(`${guard}.kept`, guard);
    await expect.poll(() => sealState(closed.origin).size, { timeout: 40_000 }).toBe(301);
    await expect.poll(() => readSealFiles(closed.origin).refusal, { timeout: 20_000 }).toBeNull();
  } finally {
    await sealer.stop();
  }
});

test('the sealer ends while a seal that began before it in the same process does not, and lets nobody past that one', { timeout: 60_000 }, async () => {
  const trail = await makeTrail('slow-seal');
  const append = (count: number) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(count)));
  await append(300);
  const [ended, going] = [new Set<string>(), (name: string, work: Promise<unknown>) => work.then(() => ended.add(name))];
  let release = () => {};
  const released = new Promise<void>((done) => {
    release = done;
  });
  const held = sql.begin(async (tx) => {
    await tx`lock table tile in exclusive mode`; // tiles are read and not written
    await released;
  });
  const waiting = async () =>
    (
      await sql`select count(*)::int as n from pg_locks where relation = 'tile'::regclass and not granted and database = (select oid from pg_database where datname = current_database())`
    )[0]?.n;
  try {
    const earlier = sealTrail(trail);
    const first = going('the earlier seal', earlier);
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
    let looks = 0;
    const sealer = startSealer(async () => {
      looks++;
      return [trail];
    });
    await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(1); // at its first look it began to wait for its turn
    const stopped = going('the sealer', sealer.stop());
    await expect.poll(() => [...ended], { timeout: 5_000 }).toEqual(['the sealer']);
    // who comes later waits for the one that still seals, not for the one that gave up
    await append(1);
    const later = sealTrail(trail);
    const last = going('the later seal', later);
    await new Promise((done) => setTimeout(done, 500));
    expect([...ended]).toEqual(['the sealer']);
    expect([sealState(trail.origin).size, await waiting()]).toEqual([0, 1]);
    release();
    await Promise.all([held, stopped, first, last]);
    expect(await earlier).toMatchObject({ ok: true, size: 301 });
    expect(await later).toMatchObject({ ok: true, size: 302, added: 1 });
  } finally {
    release();
  }
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
});

describe('a seal that does not come is called stale by its own clock', () => {
  /** The sealer's own clock, put forward; nobody else's. */
  function ownClock() {
    const now = performance.now.bind(performance);
    let aheadMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
    return {
      forward: (ms: number) => {
        aheadMs += ms;
      },
      [Symbol.dispose]: () => clock.mockRestore(),
    };
  }
  const said = (error: { mock: { calls: unknown[][] } }, origin: string) =>
    error.mock.calls.filter(([of, text]) => (of as { origin?: string }).origin === origin && String(text).startsWith('SEAL_STALE')).map(([of]) => of);

  async function trailOf(alias: string) {
    const trail = await makeTrail(alias);
    const append = (events: number) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(events)));
    await append(299);
    expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 300 });
    return { trail, append };
  }

  test('by a sealer that another process keeps from sealing: once, and no more once it can', { timeout: 90_000 }, async () => {
    const { trail, append } = await trailOf('kept-waiting');
    const other = spawn('sleep', ['600']);
    fs.writeFileSync(secretFile('kept-waiting.sealing'), JSON.stringify({ pid: other.pid, start: processStart(other.pid as number) }), { mode: 0o600 });
    const error = vi.spyOn(log, 'error');
    using clock = ownClock();
    const sealer = startSealer(async () => [trail]);
    try {
      await append(300);
      await new Promise((done) => setTimeout(done, 1_500));
      clock.forward(50_000);
      await new Promise((done) => setTimeout(done, 1_500));
      expect(said(error, trail.origin)).toEqual([]); // not yet a minute
      clock.forward(10_000);
      await expect.poll(() => said(error, trail.origin), { timeout: 20_000 }).toEqual([{ origin: trail.origin, sealed: 300, events: 600 }]);
      clock.forward(70_000);
      await new Promise((done) => setTimeout(done, 1_500));
      expect(said(error, trail.origin)).toHaveLength(1);
      other.kill('SIGKILL');
      await once(other, 'close');
      await expect.poll(() => sealState(trail.origin).size, { timeout: 40_000 }).toBe(600);
    } finally {
      other.kill('SIGKILL');
      await sealer.stop();
      error.mockRestore();
    }
  });

  test('on every page where no sealer runs any more, by the guard file and the first event that waits', { timeout: 60_000 }, async () => {
    const { trail, append } = await trailOf('stopped');
    const sealer = startSealer(async () => [trail]);
    await append(1);
    await expect.poll(() => sealState(trail.origin).size, { timeout: 20_000 }).toBe(301);
    await sealer.stop();
    await append(3);
    const live = async () => {
      const files = readSealFiles(trail.origin);
      const waits = await readTransaction(trail.scope, (tx) => getUnsealed(tx, trail.trailId, files.sealedSize));
      return liveSeal(files, waits, false, Date.now());
    };
    expect(await live()).toMatchObject({ events: 304, sealedSize: 301, isSealStale: false });
    // a minute later, without waiting for it: the file that was written last, and what has waited since
    const ago = (file: string) => fs.existsSync(file) && fs.utimesSync(file, new Date(), new Date(fs.statSync(file).mtimeMs - 61_000));
    for (const kind of ['guard', 'moves']) ago(secretFile(`stopped.${kind}`));
    await sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_event set recorded_at = recorded_at - interval '61 seconds' where trail_id = ${trail.trailId} and seq >= 301`;
    });
    expect(await live()).toMatchObject({ events: 304, sealedSize: 301, isSealStale: true });
  });
});
