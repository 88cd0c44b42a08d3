// A backlog that takes more than one step, in the hands of a superuser with the triggers off: nothing of it is stored or signed before it has led to a head whose MAC is ours.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { loadScaleTrail } from '@/bench/scale-trail';
import { hashRow } from '@/core/event';
import { headMac } from '@/core/mac';
import { scopeOf } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { noteSealerMoves, readGuard, sealerMovedAtMs, signedAtMs } from '@/features/trail/guard-file';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { readRows } from '@/features/trail/mutations/event-rows';
import { headMacKey } from '@/features/trail/mutations/keys';
import { readRefusal } from '@/features/trail/refusal-file';
import { homeFolder } from '@/lib/home';
import { type SealedTrail, sealStep, sealTrail } from './mutations/seal-trail';
import { naiveCheckpoints } from './test/naive-tree';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const { superuser: sql } = await freshDatabase();
const STEP = 65_536;
const EVENTS = STEP + 40;
const origin = 'audit.example.com/backlog';
let trail: SealedTrail;

beforeAll(async () => {
  await ensureFirstTrails();
  trail = { trailId: await loadScaleTrail(sql, EVENTS, origin, { end: '2026-04-10T00:00:00Z', months: 1 }), origin };
});

function linkOf(fd: string): string {
  try {
    return fs.readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ''; // closed meanwhile
  }
}

/** The head as it stood when the trail had so many events. */
async function setHead(size: number) {
  const [row] = await sql<{ hash: Buffer }[]>`select event_hash as hash from audit_event where trail_id = ${trail.trailId} and seq = ${size - 1}`;
  const hash = row?.hash as Buffer;
  await sql`update trail_head set next_seq = ${size}, last_hash = ${hash}, mac = ${headMac(headMacKey(), origin, size, hash)} where trail_id = ${trail.trailId}`;
}

const replica = (text: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(text);
  });
const sizes = async (table: 'tile' | 'checkpoint') => Number((await sql.unsafe(`select count(*) as n from ${table} where trail_id = ${trail.trailId}`))[0]?.n);

test('an event of it rewritten, with every hash up to the end of the first step: it is refused, and the true rows put back are sealed', async () => {
  await setHead(10);
  expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 10 });
  await setHead(EVENTS);
  const guard = readGuard(origin);
  const tiles = await sizes('tile');

  const from = STEP + 10 - 300; // of the first step, the last 300
  await sql.unsafe(`create table true_rows as select * from audit_event where trail_id = ${trail.trailId} and seq >= ${from} and seq < ${STEP + 10}`);
  const rows = await writeTransaction(scopeOf(trail.trailId), (tx) =>
    readRows(tx, trail.trailId, 'seq >= $2::text::bigint and seq < $3::text::bigint', [String(from), String(STEP + 10)]),
  );
  rows.sort((a, b) => a.seq - b.seq);
  const updates = rows.map((row, i) => {
    if (i === 0) row.actorId = 'somebody-else';
    else row.prevHash = (rows[i - 1] as typeof row).eventHash;
    row.eventHash = hashRow(origin, row);
    const [prev, hash] = [row.prevHash.toString('hex'), row.eventHash.toString('hex')];
    return `update audit_event set actor_id = '${row.actorId}', prev_hash = '\\x${prev}', event_hash = '\\x${hash}' where trail_id = ${trail.trailId} and seq = ${row.seq}`;
  });
  await replica(updates.join(';'));

  expect(await sealTrail(trail)).toEqual({ ok: false, reason: `event ${STEP + 10} is not to be sealed: CHAIN_LINK` });
  // on the way to it whoever waits saw that it was not stuck; on the way again it is no further, and what was refused is refused
  expect(sealerMovedAtMs(origin)).toBeGreaterThan(signedAtMs(origin) as number);
  for (const kind of ['guard', 'moves']) fs.utimesSync(path.join(homeFolder('keys'), `backlog.${kind}`), 0, 0);
  expect(await sealStep(trail)).toEqual({ ok: true, size: 10, added: 0, isWhole: false });
  expect(sealerMovedAtMs(origin)).toBe(0);
  expect(readRefusal(origin)).toMatchObject({ reason: expect.stringContaining('CHAIN_LINK') });
  expect(await sealStep(trail)).toMatchObject({ ok: false });
  expect([readGuard(origin), await sizes('tile'), await sizes('checkpoint')]).toEqual([guard, tiles, 1]);

  await replica(
    `delete from audit_event where trail_id = ${trail.trailId} and seq >= ${from} and seq < ${STEP + 10}; insert into audit_event select * from true_rows`,
  );
  // a walk to a head that is no more is let go, with the tiles that wait in its file without a name
  const waiting = () => fs.readdirSync('/proc/self/fd').filter((fd) => /checkpoints.*\(deleted\)$/.test(linkOf(fd))).length;
  expect(await sealStep(trail)).toMatchObject({ added: 0, isWhole: false });
  if (process.platform === 'linux') expect(waiting()).toBe(1);
  await sql`update trail_head set mac = ${Buffer.alloc(32, 7)} where trail_id = ${trail.trailId}`;
  expect(await sealStep(trail)).toMatchObject({ ok: false }); // and so it is where the next step refuses before it goes on with it
  if (process.platform === 'linux') expect(waiting()).toBe(0);
  await setHead(EVENTS);
  expect(await sealStep(trail)).toMatchObject({ added: 0, isWhole: false });
  if (process.platform === 'linux') expect(waiting()).toBe(1);
  await setHead(10);
  expect(await sealStep(trail)).toMatchObject({ added: 0, isWhole: true });
  if (process.platform === 'linux') expect(waiting()).toBe(0);
  await setHead(EVENTS);

  expect(await sealTrail(trail)).toEqual({ ok: true, size: EVENTS, added: EVENTS - 10, isWhole: true });
  expect(readRefusal(origin)).toBeNull();
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
});

test('the signer moves where it comes further than ever since the last signature, and nowhere else', () => {
  const [guard, moves] = ['guard', 'moves'].map((kind) => path.join(homeFolder('keys'), `backlog.${kind}`)) as [string, string];
  fs.utimesSync(guard, 0, 0);
  const isMove = (from: number, read: number, stored: number) => {
    if (fs.existsSync(moves)) fs.utimesSync(moves, 0, 0);
    noteSealerMoves(origin, from, { read, stored });
    return sealerMovedAtMs(origin) !== 0;
  };
  expect([isMove(20, 30, 0), isMove(20, 40, 0), isMove(20, 30, 0), isMove(20, 40, 0), isMove(20, 50, 0)]).toEqual([true, true, false, false, true]);
  expect([isMove(20, 0, 16), isMove(20, 50, 0), isMove(20, 0, 16), isMove(20, 0, 32)]).toEqual([true, false, false, true]);
  expect([isMove(60, 60, 0), isMove(60, 60, 0)]).toEqual([true, false]); // signed up to 60
});
