// A trail that somebody took out of every table, its own row with it.
import { beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { listStrayTrails } from '@/features/trail/lost-trails';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { foreignKey } from './schedule/trouble';
import { troubleWords } from './schedule/trouble-words';

const { superuser: sql } = await freshDatabase();
beforeAll(() => ensureFirstTrails());

async function trailOf(name: string): Promise<NewTrail> {
  const trail = await makeTrail(name);
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(6)));
  return trail;
}

test('is missed by its guard, and the others go on', async () => {
  const [kept, lost, young] = [await trailOf('kept'), await trailOf('lost'), await trailOf('young')];
  for (const trail of [kept, lost]) expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 7 });
  expect(await listStrayTrails()).toEqual({ gone: [], foreign: [] });

  const tables = await sql<{ name: string }[]>`
    select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.column_name = 'trail_id' and c.table_schema = 'public' and t.table_type = 'BASE TABLE' order by c.table_name = 'trail'`;
  expect(tables.at(-1)).toEqual({ name: 'trail' });
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const { name } of tables) await tx.unsafe(`delete from ${name} where trail_id in (${lost.trailId}, ${young.trailId})`);
  });
  // of the young one nothing was signed
  const missed = { alias: 'lost', origin: lost.origin, events: 7, row: null, next: null };
  expect(await listStrayTrails()).toEqual({ gone: [missed], foreign: [] });
  const said = troubleWords('lost', { kind: 'gone', run: null, events: 7, row: null, next: null }, '2026-11-26T12:00:00.000000Z', 'UTC');
  expect(said).toMatchObject({ head: '7 events were signed under the key of lost, and the trail is gone from the database.', tone: 'broken', run: null });

  await writeTransaction(kept.scope, (tx) => appendEvents(tx, kept.trailId, apiDrafts(1)));
  expect(await sealTrail(kept)).toMatchObject({ ok: true, size: 8 });
  // a row of its name that points elsewhere is none of it, and one of it under another name neither: each is told of once
  for (const [change, row] of [
    [sql`origin = origin || 'x'`, { origin: 'audit.example.com/keptx', alias: 'kept' }],
    [sql`alias = 'other'`, { origin: kept.origin, alias: 'other' }],
  ] as const) {
    await sql`update trail set ${change} where trail_id = ${kept.trailId}`;
    expect(await listStrayTrails()).toEqual({ gone: [{ alias: 'kept', origin: kept.origin, events: 8, row, next: null }, missed], foreign: [] });
    const renamed = troubleWords('kept', { kind: 'gone', run: null, events: 8, row, next: null }, '2026-11-26T12:00:00.000000Z', 'UTC');
    expect(renamed.head).toBe(
      `8 events were signed under the key of kept, and the database has no such trail: a row names ${row.origin} under the alias ${row.alias}, which was never made here.`,
    );
    await sql`update trail set origin = ${kept.origin}, alias = 'kept' where trail_id = ${kept.trailId}`;
  }
  await sql`insert into trail (alias, origin, is_synthetic, log_vkey) select 'keptx', 'other.example/keptx', is_synthetic, log_vkey from trail where alias = 'kept'`;
  expect(await listStrayTrails()).toEqual({ gone: [missed], foreign: [{ origin: 'other.example/keptx', alias: 'keptx' }] });
  const foreign = troubleWords(
    foreignKey('other.example/keptx'),
    { kind: 'foreign', run: null, origin: 'other.example/keptx', alias: 'keptx' },
    '2026-11-26T12:00:00.000000Z',
    'UTC',
  );
  expect(foreign).toMatchObject({
    head: 'The database names a trail other.example/keptx under the alias keptx, which was never made here.',
    tone: 'broken',
    run: null,
  });
});
