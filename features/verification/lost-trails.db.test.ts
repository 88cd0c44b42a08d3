// A trail that somebody took out of every table, its own row with it.
import { beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { listForeignTrails } from '@/features/access/queries';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { listLostTrails } from '@/features/trail/lost-trails';
import { appendEvents } from '@/features/trail/mutations/append';
import { createTrail, ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { apiDrafts } from '@/features/trail/test/drafts';
import { foreignKey } from './schedule/trouble';
import { troubleWords } from './schedule/trouble-words';

const { superuser: sql } = await freshDatabase();
beforeAll(() => ensureFirstTrails());

async function trailOf(name: string): Promise<NewTrail> {
  const created = await createTrail(name, { synthetic: false }, 'system');
  if (!created.ok) throw new Error(created.reason);
  await writeTransaction(created.trail.scope, (tx) => appendEvents(tx, created.trail.trailId, apiDrafts(6)));
  return created.trail;
}

test('is missed by its guard, and the others go on', async () => {
  const [kept, lost, young] = [await trailOf('kept'), await trailOf('lost'), await trailOf('young')];
  for (const trail of [kept, lost]) expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 7 });
  expect(await listLostTrails()).toEqual([]);

  const tables = await sql<{ name: string }[]>`
    select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.column_name = 'trail_id' and c.table_schema = 'public' and t.table_type = 'BASE TABLE' order by c.table_name = 'trail'`;
  expect(tables.at(-1)).toEqual({ name: 'trail' });
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const { name } of tables) await tx.unsafe(`delete from ${name} where trail_id in (${lost.trailId}, ${young.trailId})`);
  });
  // of the young one nothing was signed
  expect(await listLostTrails()).toEqual([{ alias: 'lost', origin: lost.origin, events: 7 }]);
  const said = troubleWords('lost', { kind: 'gone', run: null, events: 7 }, '2026-11-26T12:00:00.000000Z', 'UTC');
  expect(said).toMatchObject({ head: '7 events were signed under the key of lost, and the trail is gone from the database.', tone: 'broken', run: null });

  await writeTransaction(kept.scope, (tx) => appendEvents(tx, kept.trailId, apiDrafts(1)));
  expect(await sealTrail(kept)).toMatchObject({ ok: true, size: 8 });
  // a row of its name that points elsewhere is none of it
  await sql`update trail set origin = origin || 'x' where alias = 'kept'`;
  expect((await listLostTrails()).map(({ alias }) => alias)).toEqual(['kept', 'lost']);
  expect((await listForeignTrails()).map(({ origin }) => origin)).toEqual(['audit.example.com/keptx']);
  const foreign = troubleWords(
    foreignKey('audit.example.com/keptx'),
    { kind: 'foreign', run: null, origin: 'audit.example.com/keptx', alias: 'kept' },
    '2026-11-26T12:00:00.000000Z',
    'UTC',
  );
  expect(foreign).toMatchObject({
    head: 'The database names a trail audit.example.com/keptx under the alias kept, which was never made here.',
    tone: 'broken',
    run: null,
  });
});
