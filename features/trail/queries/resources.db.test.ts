import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EventRow } from '@/core/event';
import { eventView } from '@/db/schema/audit-event';
import { mintScope, type TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { insertTrail } from '@/db/test/events';
import { readTransaction } from '@/db/transaction';
import { isObject, type Json } from '../changes';
import { kindOf } from '../kind';
import type { ResourceKey } from '../resource-model';
import { chainRows } from '../test/chain-rows';
import { insertRows } from '../test/insert-rows';
import { countOthersBetween, getResourceFacts, kindsRecorded, listRecordedChanges, listResourceEvents } from './get-resource';
import { kindSql } from './kind-sql';
import { countResources, findResources, listNewestOf, listResources, listTouchedLast, type ResourceCursor } from './list-resources';
import { findNearest } from './nearest-event';
import { suggestValues } from './suggest';

const { superuser } = await freshDatabase();
let trailId: TrailId;
let rows: EventRow[];
const read = <T>(fn: Parameters<typeof readTransaction<T>>[1]) => readTransaction(mintScope([trailId]), fn);

const TYPES = ['', 'host', 'm/x', 'merchant', 'note'];
const ACTIONS = [
  'merchant.read',
  'merchant.limit.update',
  's3.GetObject',
  's3.PutObject',
  'user.password_change',
  'auth.login',
  'payout.request',
  'list_users',
  'thing.deleted',
  'Tag',
  '',
];
const DETAILS = [
  '{}',
  '{"read_only":true}',
  '{"read_only":false}',
  '{"changes":{"a":{"new":2,"old":1}}}',
  '{"changes":{"a":{"new":2,"old":1}},"read_only":true}',
  '{"record":{"read_only":false}}',
  '{"read_only":"false"}',
];

beforeAll(async () => {
  trailId = await insertTrail(superuser, 'main');
  rows = chainRows(
    'audit.example.com/main',
    Array.from({ length: 700 }, (_, i) => ({
      resourceType: TYPES[i % 5] as string,
      resourceId: i % 7 === 0 ? '' : `R-${String((i * i) % 90).padStart(3, '0')}`,
      actorId: `u-${i % 13}`,
      actorType: i % 13 === 0 ? 'admin' : 'user',
      action: ACTIONS[i % ACTIONS.length] as string,
      outcome: i % 10 === 3 ? 'denied' : i % 10 === 7 ? 'failure' : 'success',
      details: DETAILS[(i * 3) % DETAILS.length] as string,
    })).map((row) => ({ ...row, action: row.action || 'x' })),
  );
  await insertRows(superuser, trailId, rows);
  await superuser`analyze audit_event`;
});

const kindOfRow = (row: EventRow) => {
  const details = JSON.parse(row.details) as Json;
  const readOnly = isObject(details) ? String(details.read_only) : '';
  return kindOf(row.action, readOnly === 'true' ? true : readOnly === 'false' ? false : null, isObject(details) && details.changes !== undefined);
};
const names = () =>
  [...new Set(rows.filter((row) => row.resourceId !== '').map((row) => `${row.resourceType}|${row.resourceId}`))].sort((a, b) =>
    split(a) < split(b) ? -1 : 1,
  );
const split = (name: string) => name.replace('|', '\u0000');
const its = ({ type, id }: ResourceKey) => rows.filter((row) => row.resourceType === type && row.resourceId === id);

describe('kinds', () => {
  it('are the same in SQL and in kind.ts', async () => {
    const found = await read((tx) => tx.select({ seq: eventView.seq, kind: kindSql }).from(eventView));
    expect(found).toHaveLength(700);
    for (const { seq, kind } of found) expect(kind, `${rows[seq]?.action} ${rows[seq]?.details}`).toBe(kindOfRow(rows[seq] as EventRow));
  });
});

describe('the list of resources', () => {
  it.each([1, 7, 50, 1000])('shows each once, by name, from both ends, %i a page', async (limit) => {
    for (const dir of ['next', 'previous'] as const) {
      const seen: string[] = [];
      let cursor: ResourceCursor | null = dir === 'next' ? null : { dir, type: '\u{10ffff}', id: '' };
      for (;;) {
        const page = await read((tx) => listResources(tx, trailId, { type: null, cursor, limit }));
        const found = page.rows.map((row) => `${row.type}|${row.id}`);
        if (dir === 'next') seen.push(...found);
        else seen.unshift(...found);
        const edge = dir === 'next' ? page.rows.at(-1) : page.rows[0];
        if (!edge || !(dir === 'next' ? page.hasNext : page.hasPrevious)) break;
        cursor = { dir, type: edge.type, id: edge.id };
      }
      expect(seen).toEqual(names());
    }
  });
  it('gives each its newest event', async () => {
    const page = await read((tx) => listResources(tx, trailId, { type: 'merchant', cursor: null, limit: 10 }));
    for (const row of page.rows) {
      const newest = its(row).sort((a, b) => (a.occurredAt < b.occurredAt ? 1 : -1))[0];
      expect([row.lastSeq, row.lastAt, row.lastActorId]).toEqual([newest?.seq, newest?.occurredAt, newest?.actorId]);
    }
    expect(await read((tx) => listNewestOf(tx, trailId, page.rows))).toEqual(expect.arrayContaining(page.rows));
  });
  it('lists those touched last, newest first', async () => {
    const found = await read((tx) => listTouchedLast(tx, trailId, 10));
    const expected = [...new Map(rows.filter((row) => row.resourceId !== '').map((row) => [`${row.resourceType}|${row.resourceId}`, row.seq])).values()]
      .sort((a, b) => b - a)
      .slice(0, 10);
    expect(found.map((row) => row.lastSeq)).toEqual(expected);
  });
  it('narrows to ids that begin with a text, within a type', async () => {
    const page = await read((tx) => listResources(tx, trailId, { type: 'host', prefix: 'R-01', cursor: null, limit: 100 }));
    expect(page.rows.map((row) => `${row.type}|${row.id}`)).toEqual(names().filter((name) => name.startsWith('host|R-01')));
    expect(await read((tx) => findResources(tx, trailId, 'host/R-01', 100))).toHaveLength(page.rows.length);
  });
  it('finds a part of an id', async () => {
    const found = await read((tx) => findResources(tx, trailId, '-01', 100));
    expect(found.map(({ type, id }) => `${type}|${id}`)).toEqual(names().filter((name) => name.split('|')[1]?.includes('-01')));
  });
  it('counts events, changes that succeeded, and denials', async () => {
    const keys = names()
      .slice(0, 40)
      .map((name) => ({ type: name.split('|')[0] as string, id: name.split('|')[1] as string }));
    for (const row of await read((tx) => countResources(tx, trailId, keys))) {
      const mine = its(row);
      expect(row).toMatchObject({
        events: mine.length,
        isExact: true,
        denied: mine.filter((one) => one.outcome === 'denied').length,
        changes: mine.filter((one) => one.outcome === 'success' && kindOfRow(one) === 'change').length,
      });
    }
    expect((await read((tx) => countResources(tx, trailId, keys.slice(0, 1), 2)))[0]).toMatchObject({ isExact: its(keys[0] as ResourceKey).length <= 2 });
  });
});

describe('one resource', () => {
  const key = { type: 'merchant', id: 'R-009' };
  it('shows its events newest first, changes or reads alone', async () => {
    const all = await read((tx) => listResourceEvents(tx, trailId, key, { show: 'all', cursor: null, limit: 1000 }));
    expect(all.rows.map((row) => row.seq)).toEqual(
      its(key)
        .map((row) => row.seq)
        .reverse(),
    );
    for (const [show, kind] of [
      ['changes', 'change'],
      ['reads', 'read'],
    ] as const) {
      const some = await read((tx) => listResourceEvents(tx, trailId, key, { show, cursor: null, limit: 1000 }));
      expect(some.rows.map((row) => row.seq)).toEqual(
        its(key)
          .filter((row) => kindOfRow(row) === kind)
          .map((row) => row.seq)
          .reverse(),
      );
    }
    const [first, second] = all.rows;
    const rest = await read((tx) =>
      listResourceEvents(tx, trailId, key, { show: 'all', cursor: { dir: 'older', time: first?.occurredAt ?? '', seq: first?.seq ?? 0 }, limit: 1 }),
    );
    expect(rest.rows[0]?.seq).toBe(second?.seq);
  });
  it('counts who did what, so that the figures sum up', async () => {
    const facts = await read((tx) => getResourceFacts(tx, trailId, key));
    expect(facts.events).toBe(its(key).length);
    expect(facts.first?.seq).toBe(its(key)[0]?.seq);
    expect(facts.actors.reduce((sum, actor) => sum + actor.reads + actor.changes + actor.denied + actor.others, 0)).toBe(facts.events);
  });
  it('gives its recorded changes oldest first, those that succeeded', async () => {
    const { changes } = await read((tx) => listRecordedChanges(tx, trailId, key));
    expect(changes.map((change) => change.seq)).toEqual(
      its(key)
        .filter((row) => row.outcome === 'success' && row.details.includes('"changes"'))
        .map((row) => row.seq),
    );
  });
  it('knows whether others of its type were recorded meanwhile', async () => {
    const gap = { from: rows[100]?.occurredAt as string, to: rows[200]?.occurredAt as string };
    const others = rows.slice(101, 200).filter((row) => row.resourceType === 'merchant' && row.resourceId !== key.id).length;
    expect(await read((tx) => countOthersBetween(tx, trailId, key, gap))).toBe(others);
    expect(await read((tx) => countOthersBetween(tx, trailId, key, gap, 3))).toBe(3);
  });
  it('names the kinds that are recorded of its type', async () => {
    expect(await read((tx) => kindsRecorded(tx, trailId, 'merchant'))).toEqual({ reads: true, changes: true, looked: 140, isWhole: true });
    expect(await read((tx) => kindsRecorded(tx, trailId, 'nothing'))).toEqual({ reads: false, changes: false, looked: 0, isWhole: true });
  });
});

describe('the nearest event to an empty period', () => {
  const at = (seq: number) => rows[seq]?.occurredAt as string;
  const nearest = (from: string | null, to: string | null, filter = { and: [] } as Parameters<typeof findNearest>[2]['filter']) =>
    read((tx) => findNearest(tx, trailId, { filter, asOf: null, from, to }));
  it('is the closer of the two sides', async () => {
    expect(await nearest('2026-03-01T13:00:00.000000Z', '2026-03-01T14:00:00.000000Z')).toEqual({ seq: 699, occurredAt: at(699) });
    expect(await nearest('2026-02-01T00:00:00.000000Z', '2026-02-02T00:00:00.000000Z')).toEqual({ seq: 0, occurredAt: at(0) });
    expect((await nearest('2026-03-01T12:00:10.200000Z', '2026-03-01T12:00:10.900000Z'))?.seq).toBe(11);
  });
  it('keeps to the question', async () => {
    expect((await nearest('2026-03-01T13:00:00.000000Z', null, { eq: ['actor_id', 'u-4'] }))?.seq).toBe(
      rows.filter((row) => row.actorId === 'u-4').at(-1)?.seq,
    );
    expect(await nearest('2026-03-01T13:00:00.000000Z', null, { eq: ['actor_id', 'nobody'] })).toBeNull();
  });
});

describe('suggestions', () => {
  const suggest = (key: 'actor' | 'action' | 'type' | 'resource', typed: string) => read((tx) => suggestValues(tx, trailId, key, typed));
  it('walk the distinct values, those that begin with the text first', async () => {
    expect(await suggest('actor', 'u-1')).toEqual(['u-1', 'u-10', 'u-11', 'u-12']);
    expect(await suggest('action', 'update')).toEqual(['merchant.limit.update']);
    expect(await suggest('action', 'UPDATE')).toEqual(['merchant.limit.update']);
    expect(await suggest('type', '')).toEqual(['host', 'm/x', 'merchant', 'note']);
    expect(await suggest('actor', 'x%')).toEqual([]);
  });
  it('offer resources as type and id', async () => {
    expect(await suggest('resource', 'R-009')).toEqual(
      [
        ...new Set(
          names()
            .filter((name) => name.endsWith('|R-009'))
            .map((name) => (/^(|.*\/.*)\|/.test(name) ? 'R-009' : name.replace('|', '/'))),
        ),
      ].sort(),
    );
    expect(await suggest('resource', 'merchant/R-00')).toEqual(expect.arrayContaining(['merchant/R-009']));
  });
});

it('reads another trail never', async () => {
  const other = await insertTrail(superuser, 'other');
  const found = await readTransaction(mintScope([other]), async (tx) => [
    await listResources(tx, trailId, { type: null, cursor: null, limit: 10 }),
    await suggestValues(tx, trailId, 'actor', ''),
    (await tx.execute(sql`select 1 from event_view`)).length,
  ]);
  expect(found).toEqual([{ rows: [], hasPrevious: false, hasNext: false }, [], 0]);
});
