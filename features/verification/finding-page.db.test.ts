import { expect, test } from 'vitest';
import { scopeOf } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { readFindingPage } from './finding-page';

const { superuser: sql } = await freshDatabase();

test('behind the last page of what a run found lies the last page, and behind the last finding the first of it', async () => {
  const { trailId, origin } = await ensureFirstTrails();
  const [row] = await sql`insert into run (kind, trail_id, state, params) values ('verify', ${trailId}, 'done', '{}') returning run_id::int as id`;
  await sql`insert into run_finding (run_id, n, code, seq) select ${row?.id}, n, 'EVENT_HASH', n from generate_series(0, 119) n`;
  const read = async (wanted: { page?: number; finding?: number }, runId = row?.id) => {
    const { shown, page, selected } = await readFindingPage({ trailId, origin }, scopeOf(trailId), runId, wanted);
    return { page, shown: shown.length, first: shown[0]?.n, selected: selected?.n };
  };
  expect(await read({})).toEqual({ page: 0, shown: 50, first: 0, selected: 0 });
  expect(await read({ page: 2 })).toEqual({ page: 2, shown: 20, first: 100, selected: 100 });
  expect(await read({ page: 99 })).toEqual({ page: 2, shown: 20, first: 100, selected: 100 });
  expect(await read({ finding: 60 })).toEqual({ page: 1, shown: 50, first: 50, selected: 60 });
  expect(await read({ finding: 5_000 })).toEqual({ page: 2, shown: 20, first: 100, selected: 100 });
  expect(await read({ page: 99 }, row?.id + 1)).toEqual({ page: 0, shown: 0, first: undefined, selected: undefined });
});

test('when the row of a finding is gone every other one is found by its number all the same', async () => {
  const { trailId, origin } = await ensureFirstTrails();
  const [row] = await sql`insert into run (kind, trail_id, state, params) values ('verify', ${trailId}, 'done', '{}') returning run_id::int as id`;
  await sql`insert into run_finding (run_id, n, code, seq) select ${row?.id}, n, 'EVENT_HASH', n from generate_series(0, 119) n`;
  await sql`delete from run_finding where run_id = ${row?.id} and n in (0, 7)`;
  const read = async (finding: number) => {
    const { page, selected } = await readFindingPage({ trailId, origin }, scopeOf(trailId), row?.id, { finding });
    return { page, selected: selected?.n };
  };
  expect(await read(1)).toEqual({ page: 0, selected: 1 });
  expect(await read(51)).toEqual({ page: 0, selected: 51 });
  expect(await read(52)).toEqual({ page: 1, selected: 52 });
  expect(await read(119)).toEqual({ page: 2, selected: 119 });
  expect(await read(7)).toEqual({ page: 0, selected: 1 }); // the first of where it would be
});
