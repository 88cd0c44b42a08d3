// A month that somebody with the rights of a superuser detached and kept: its rows are gone from the trail, and nothing is appended to a month that is not in it.
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import { bundled } from '@/db/test/program';
import { writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { apiDrafts } from '@/features/trail/test/drafts';
import { setPartProgram } from './part-program';
import { actsTrail } from './test/acts-trail';
import { END } from './test/fill-acts-trail';
import { named } from './test/verify-all';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const { attack, verify, rows, trail, database } = await actsTrail({ isPutBack: false });
const { superuser: sql } = database;
setPartProgram(pathToFileURL(bundled('features/verification/part-worker.ts')));
const bounds = { 4: "('2026-04-01Z') to ('2026-05-01Z')", 6: "('2026-06-01Z') to ('2026-07-01Z')", 7: "('2026-07-01Z') to ('2026-08-01Z')" };
type Month = keyof typeof bounds;
const detach = (month: Month) => attack(`alter table audit_event detach partition audit_event_2026_0${month}`);
const attach = (month: Month) => attack(`alter table audit_event attach partition audit_event_2026_0${month} for values from ${bounds[month]}`);

const append = (clock: string) => writeTransaction(trail().scope, (tx) => appendEvents(tx, trail().trailId, apiDrafts(3), { clock }));
const head = async () => (await sql`select next_seq, last_hash, mac from trail_head where trail_id = ${trail().trailId}`)[0];
const inMonth = async (month: Month) => (await sql.unsafe(`select count(*)::int as n from audit_event_2026_0${month}`))[0]?.n;

test('one in the middle: its events are missing', async () => {
  await detach(4);
  expect(await verify()).toMatchObject({ state: 'broken', away: [], findings: [{ code: 'SEQ_GAP', seq: 40, expected: '40', found: '80', lastGood: 39 }] });
  expect(named(await verify({ seam: 100 }))).toEqual(['SEQ_GAP@40']);
  await attach(4);
  expect(await verify()).toMatchObject({ state: 'holds', findings: [] });
});

test('the one that is appended to: the newest are gone, and an append is refused by name and leaves everything as it was', async () => {
  const before = await head();
  await detach(6);
  const held = await inMonth(6);
  expect(await verify()).toMatchObject({ state: 'broken', checked: 120, findings: [{ code: 'TRUNCATED', seq: 120, expected: `${END}`, found: '120' }] });
  await expect(append('2026-06-29T00:00:00.000000Z')).rejects.toMatchObject({
    code: 'MONTH_DETACHED',
    hint: expect.stringContaining('audit_event_2026_06 is no part of audit_event any more'),
  });
  expect([await head(), await inMonth(6), (await rows()).length]).toEqual([before, held, 120]);
  await attach(6);
  expect(await verify()).toMatchObject({ state: 'holds', findings: [] });
});

test('one to come, with nothing in it: an append is refused until it is attached again', async () => {
  await attack("select ensure_partition('2026-07-01Z')");
  await detach(7);
  await expect(append('2026-07-01T00:00:00.000000Z')).rejects.toMatchObject({ code: 'MONTH_DETACHED' });
  expect(await inMonth(7)).toBe(0);
  await attach(7);
  await append('2026-07-01T00:00:00.000000Z');
  expect(await verify()).toMatchObject({ state: 'holds', findings: [], checked: END + 3 });
});
