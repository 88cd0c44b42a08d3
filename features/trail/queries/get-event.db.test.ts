import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventRow } from '@/core/event';
import { mintScope, type TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { insertTrail } from '@/db/test/events';
import { readTransaction } from '@/db/transaction';
import { chainRows } from '../test/chain-rows';
import { insertRows } from '../test/insert-rows';
import { findSeqByHash, findSeqById, getEvent, getNeighbours, listSameActor } from './get-event';

const { superuser } = await freshDatabase();
let trailId: TrailId;
let rows: EventRow[];
let alias = 0;

beforeAll(async () => {
  await superuser`alter table audit_event disable trigger append_only`;
  await superuser`select ensure_partition('2026-03-01Z'), ensure_partition('2026-04-01Z')`;
});
beforeEach(async () => {
  trailId = await insertTrail(superuser, `t${++alias}`);
  rows = chainRows(origin(), [
    { action: 'trail.created', actorType: 'system', actorId: 'indelible' },
    { actorId: 'a' },
    { actorId: 'b', occurredAt: '2026-03-01T12:00:01.500000Z' },
    { actorId: 'a' },
    { actorId: 'a', occurredAt: '2026-03-01T11:59:00.000000Z' },
    { actorId: 'a', recordedAt: '2026-04-01T00:00:00.000001Z' },
  ]);
  await insertRows(superuser, trailId, rows);
});
const origin = () => `audit.example.com/t${alias}`;
const read = <T>(fn: Parameters<typeof readTransaction<T>>[1]) => readTransaction(mintScope([trailId]), fn);
const event = (seq: number) => read((tx) => getEvent(tx, { trailId, origin: origin() }, seq));
/** As a database superuser, the triggers off. */
const attack = (text: string) => superuser.unsafe(text);

describe('an event that is read', () => {
  it('is hashed again, and its texts are those that were hashed', async () => {
    const found = await event(3);
    expect(found?.check).toEqual({ state: 'holds' });
    expect(JSON.parse(found?.header ?? '')).toMatchObject({ seq: 3, actor_id: 'a', trail: origin() });
    expect(found?.link.split('\n')[1]).toBe('3');
  });
  it("is null where the trail has no such number, and never another trail's", async () => {
    expect(await event(6)).toBeNull();
    const other = await insertTrail(superuser, `other${alias}`);
    expect(await readTransaction(mintScope([other]), (tx) => getEvent(tx, { trailId, origin: origin() }, 3))).toBeNull();
  });
  it.each([
    ['actor_id', "'x'"],
    ['outcome', "'denied'"],
    ['details', `'{"a":1}'`],
    ['ip_address', "'10.0.0.1'"],
    ['occurred_at', "'2026-03-01 12:00:09+00'"],
    ['header_salt', "decode(repeat('00', 16), 'hex')"],
    ['event_hash', "decode(repeat('00', 32), 'hex')"],
    ['prev_hash', "decode(repeat('00', 32), 'hex')"],
  ])('whose %s was edited is shown as broken', async (column, value) => {
    await attack(`update audit_event set ${column} = ${value} where trail_id = ${trailId} and seq = 3`);
    expect((await event(3))?.check).toMatchObject({ state: 'broken', code: 'EVENT_HASH' });
    expect((await event(2))?.check.state).toBe('holds');
  });
  it('whose row is no event names the member', async () => {
    await attack(`update audit_event set ip_address = '' where trail_id = ${trailId} and seq = 3`);
    expect((await event(3))?.check).toMatchObject({ state: 'broken', code: 'MALFORMED', member: 'ip_address' });
  });
  it('whose time was moved to another month is still found, and broken', async () => {
    await attack(`update audit_event set recorded_at = '2026-04-20Z' where trail_id = ${trailId} and seq = 1`);
    expect((await event(1))?.check).toMatchObject({ state: 'broken', code: 'EVENT_HASH' });
  });
  it('that stands twice says so', async () => {
    await attack(
      `insert into audit_event select * from json_populate_record(null::audit_event, (select (to_json(e)::jsonb || '{"recorded_at":"2026-04-20T00:00:00Z"}')::json from audit_event e where trail_id = ${trailId} and seq = 1))`,
    );
    expect((await event(1))?.check).toMatchObject({ state: 'broken', code: 'DUPLICATE' });
  });
});

describe('neighbours', () => {
  it('stand before and after, across months', async () => {
    const { previous, next } = await read((tx) => getNeighbours(tx, trailId, 4));
    expect([previous?.seq, next?.seq]).toEqual([3, 5]);
    expect(previous?.eventHash).toBe(rows[3]?.eventHash.toString('hex'));
  });
  it('are null at the ends and at a gap', async () => {
    expect(await read((tx) => getNeighbours(tx, trailId, 0))).toMatchObject({ previous: null });
    expect(await read((tx) => getNeighbours(tx, trailId, 5))).toMatchObject({ next: null });
    await attack(`delete from audit_event where trail_id = ${trailId} and seq = 3`);
    expect(await read((tx) => getNeighbours(tx, trailId, 4))).toMatchObject({ previous: null, next: { seq: 5 } });
  });
});

it('lists what the same actor did around, nearest on each side, newest first', async () => {
  const found = await read((tx) => listSameActor(tx, trailId, rows[3] as EventRow, 60_000, 2));
  expect(found.map((line) => line.seq)).toEqual([1]);
  const wider = await read((tx) => listSameActor(tx, trailId, rows[1] as EventRow, 120_000, 2));
  expect(wider.map((line) => line.seq)).toEqual([3, 4]);
});

it('finds an event by its id and by the beginning of its hash', async () => {
  const row = rows[2] as EventRow;
  await superuser`insert into event_key (trail_id, id, source, seq, mac_key, draft_mac) values (${trailId}, ${row.id}, 'x', 2, 1, ${row.eventHash})`;
  expect(await read((tx) => findSeqById(tx, trailId, row.id))).toBe(2);
  expect(await read((tx) => findSeqById(tx, trailId, crypto.randomUUID()))).toBeNull();
  expect(await read((tx) => findSeqByHash(tx, trailId, row.eventHash.toString('hex').slice(0, 9)))).toBe(2);
  expect(await read((tx) => findSeqByHash(tx, trailId, row.eventHash.toString('hex')))).toBe(2);
  expect(await read((tx) => findSeqByHash(tx, trailId, 'f'.repeat(63)))).toBeNull();
});
