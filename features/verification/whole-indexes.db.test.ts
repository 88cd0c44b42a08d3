// One row, hidden from one index of the screens, where no filter is drawn that would meet it.
import { afterEach, expect, test, vi } from 'vitest';
import { sealedTrail } from './test/sealed-trail';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const sealed = await sealedTrail();
const { attack, verify } = sealed;
const sql = sealed.database.superuser;
const atTheEnd = () => 1 - Number.EPSILON; // every filter is drawn at the last event, and counts from there

let undo: string[] = [];
afterEach(async () => {
  for (const statement of undo) await attack(statement);
  undo = [];
  expect(await verify({ deep: true })).toMatchObject({ findings: [], state: 'holds' });
});

test.each([
  ['audit_event_time', false],
  ['audit_event_actor', true],
  ['audit_event_action', true],
  ['audit_event_resource', true],
  ['audit_event_address', true],
])('%s: by a deep verification, and of the list of all by every one', async (parent, deepAlone) => {
  const [{ db }] = (await sql`select quote_ident(current_database()) as db`) as unknown as [{ db: string }];
  // one who hides rows may also make their index look dear: nothing that is read of it would be known to be there to see
  await attack("update pg_class set relallvisible = 0 where relname like 'audit_event_2%'");
  const [index] = await sql<{ oid: number; name: string }[]>`
    select i.indexrelid::int as oid, i.indexrelid::regclass::text as name from pg_index i join pg_inherits h on h.inhrelid = i.indexrelid
    where i.indrelid = 'audit_event_2026_04'::regclass and h.inhparent = ${parent}::regclass`;
  await attack(`update pg_index set indisready = false where indexrelid = ${index?.oid}`);
  await attack(`create temporary table one on commit drop as select * from audit_event_2026_04 where trail_id = $T and ip_address is not null order by seq limit 1;
    delete from audit_event_2026_04 where trail_id = $T and seq in (select seq from one); insert into audit_event_2026_04 select * from one`);
  await attack(`update pg_index set indisready = true where indexrelid = ${index?.oid}; alter database ${db} set enable_seqscan = off`);
  undo = [`alter database ${db} reset enable_seqscan`, `reindex index ${index?.name}`];
  if (deepAlone) expect((await verify({ random: atTheEnd })).findings).toEqual([]); // it was not asked
  const { findings, counts } = await verify({ random: atTheEnd, deep: deepAlone });
  expect(counts).toEqual({ VIEW_MISMATCH: 1 });
  const [{ expected, found }] = findings as [(typeof findings)[0]];
  expect(expected).toContain(deepAlone ? `entries of index ${parent}: ` : '"occurred_at"');
  const rows = (text: string | null) => Number(/(\d+) rows|(\d+)$/.exec(text ?? '')?.[0].replace(' rows', ''));
  expect(rows(expected) - rows(found)).toBe(1);
});
