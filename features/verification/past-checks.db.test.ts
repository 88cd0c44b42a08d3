// What the page and the list say of the check of a resource is read from the product's own trail: a row of `run`, which whoever holds the database writes, makes no good verdict.
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import { getRun, type ShownRun } from '@/features/runs/queries';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { checkSentence, checkText, type PastCheck } from './past-check';
import { pastCheckOf } from './past-rows';
import { getPastCheck, listPastChecks } from './queries/past-checks';
import { resourceRun } from './resource-run';
import { viewText } from './resource-words';
import { runLines } from './run-line';
import { type ToldCheck, toldCheck } from './told-check';

vi.setConfig({ testTimeout: 60_000 });
const { superuser: sql } = await freshDatabase();
const asked = { type: 'merchant', id: 'M-2207' };
const HOLDS = 'All 8 events of merchant / M-2207 are as they were signed: sealed to 8, not anchored.';
let made = 0;

beforeAll(async () => void (await ensureFirstTrails()));
afterEach(async () => {
  await sql`drop trigger if exists attack_whiten on run`;
  await sql`drop trigger if exists attack_drop_finding on run_finding`;
});

async function trailOfEight(): Promise<NewTrail> {
  const trail = await makeTrail(`c-${++made}`);
  const drafts = apiDrafts(8, { resource_type: asked.type, resource_id: asked.id });
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts));
  expect(await sealTrail(trail)).toMatchObject({ ok: true });
  return trail;
}
const attack = (statement: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(statement);
  });
const alter = ({ trailId }: NewTrail) => attack(`update audit_event set actor_id = 'mallory' where trail_id = ${trailId} and seq = 3`);
const trigger = (name: string, when: string, body: string) =>
  sql.unsafe(`create or replace function ${name}() returns trigger security definer language plpgsql as $$ begin ${body} end $$;
    create trigger attack_${name} ${when} for each row execute function ${name}()`);
async function check(trail: NewTrail): Promise<number> {
  await driveNow({ kind: 'resource', trailId: trail.trailId, params: asked }, { resource: resourceRun });
  const [newest] = await sql<{ id: number }[]>`select max(run_id)::int as id from run where trail_id = ${trail.trailId}`;
  return newest?.id as number;
}
/** What the list and the page say of it, which is the same. */
async function shown(trail: NewTrail, runId: number): Promise<PastCheck> {
  const [first] = await listPastChecks(trail, 1);
  expect(await getPastCheck(trail, (await getRun(trail.trailId, runId)) as ShownRun)).toEqual(first);
  return first as PastCheck;
}
const eventOf = async (runId: number) => {
  const [event] = await sql<Parameters<typeof toldCheck>[1]['row'][]>`
    select seq::int, resource_id as "resourceId", details::text, '2026-11-20T00:00:00.000000Z' as "recordedAt", '2026-11-20T00:00:00.000000Z' as "occurredAt"
    from audit_event where action = 'resource.verified' and resource_id = ${String(runId)}`;
  if (!event) throw new Error('it was not told');
  return event;
};

test('an altered resource is broken though triggers take its finding away and make its row say that all is as signed', async () => {
  await trigger('drop_finding', 'before insert on run_finding', 'return null;');
  await trigger(
    'whiten',
    'before update on run',
    `if new.result ? 'counts' then
      new.counts := '{}';
      new.result := new.result || '{"counts": {}, "findings": 0, "kept": 0, "state": "holds", "proven": 8}';
    end if;
    return new;`,
  );
  const trail = await trailOfEight();
  await alter(trail);
  const runId = await check(trail);
  expect((await getRun(trail.trailId, runId))?.result).toMatchObject({ state: 'holds', counts: {}, proven: 8 });
  const run = await shown(trail, runId);
  expect(run).toMatchObject({ telling: 'told', isByEventAlone: true, result: { state: 'broken', counts: { EVENT_HASH: 1 }, proven: 7 } });
  expect(checkSentence(run, [])).toBe(
    `One event was altered. 7 of 8 events are as they were signed. So the product's own trail tells it: the row of run ${runId} says otherwise.`,
  );
  expect(runLines([], [run])).toMatchObject([{ result: 'Broken: 1 finding in 8 events; row false', tone: 'broken' }]);
});

test('an honest check, just done and not sealed yet, is told, and all that its page shows is what its event says', async () => {
  const trail = await trailOfEight();
  const runId = await check(trail);
  const row = (await getRun(trail.trailId, runId)) as ShownRun;
  const run = await shown(trail, runId);
  expect(run).toMatchObject({ telling: 'told', isByEventAlone: false, state: 'done', asked });
  expect(run.result).toEqual(row.result);
  expect(checkSentence(run, [])).toBe(HOLDS);
  expect(runLines([], [run])).toMatchObject([{ result: '8 events are as signed', tone: 'plain' }]);
  await sql`update run set result = result || '{"isOutside": false, "view": "late", "unproven": 3, "firstSeq": 77, "sealedValues": {"sealed": 9, "erased": 9}}' where run_id = ${runId}`;
  expect((await shown(trail, runId)).result).toEqual(row.result);
});

test('a row that was set back is shown as one that can be taken up again, and hides nothing that was found', async () => {
  const trail = await trailOfEight();
  const setBack = (runId: number) => sql`update run set state = 'interrupted', finished_at = null, result = '{"interruptions": 3}' where run_id = ${runId}`;
  const clean = await check(trail);
  await setBack(clean);
  expect(await shown(trail, clean)).toMatchObject({ state: 'interrupted', result: null });
  await alter(trail);
  const broken = await check(trail);
  await setBack(broken);
  expect(await shown(trail, broken)).toMatchObject({
    state: 'done',
    isByEventAlone: true,
    result: { state: 'broken', counts: { EVENT_HASH: 1 }, tookMs: null },
  });
});

test('of a check that an older version told, what its event does not say is said to be not told', async () => {
  const trail = await trailOfEight();
  const runId = await check(trail);
  const event = await eventOf(runId);
  const { unproven: _1, first: _2, last: _3, outside: _4, sealed_values: _5, view: _6, ...older } = JSON.parse(event.details);
  const said = toldCheck(trail.origin, { by: 'root', trail: 'own', row: { ...event, details: JSON.stringify(older) } });
  const run = pastCheckOf((await getRun(trail.trailId, runId)) as ShownRun, [said as ToldCheck], null);
  expect(run).toMatchObject({ telling: 'told', isByEventAlone: false, result: { isOutside: null, view: null, unproven: null, sealedValues: null } });
  expect(checkSentence(run, [])).toBe(
    'All 8 events of merchant / M-2207 are as they were signed: sealed to 8; whether that was known outside the database is not told.',
  );
  expect(checkText(run)).toBe('8 events are as signed');
  expect(viewText({ view: null })).toBe('Whether rows are hidden from the screens is not told by its event.');
});

test('a row without its event, or with one that is not ours, says nothing good; what it says was found stands', async () => {
  const trail = await trailOfEight();
  const runId = await check(trail);
  const own = "trail_id = (select trail_id from trail where alias = 'indelible')";
  const name = 'no event that this process has looked at before';
  await attack(`update audit_event set user_agent = '${name}' where ${own} and action = 'resource.verified' and resource_id = '${runId}'`);
  const untold = await shown(trail, runId);
  expect(untold).toMatchObject({ telling: 'untold' });
  const why = `No event of the product's own trail is here that is shown to be ours and tells of run ${runId} in these words: what it found good is written in a row of the database alone`;
  expect(checkSentence(untold, [])).toBe(`${why}, and nothing is said of the events.`);
  expect(runLines([], [untold])).toMatchObject([{ result: 'The own trail does not tell of this run', tone: 'warning' }]);

  await attack(`delete from audit_event where ${own} and action = 'resource.verified' and resource_id = '${runId}'`);
  await sql`update run set result = result || '{"event": null, "notRecorded": "SIGNER_REFUSED", "act": "a"}' where run_id = ${runId}`;
  expect(checkSentence(await shown(trail, runId), [])).toBe(
    `Run ${runId} is not recorded in the product's own trail (SIGNER_REFUSED); it will be, once that takes events again: what it found good is written in a row of the database alone, and nothing is said of the events.`,
  );
  await sql`update run set result = result || '{"state": "broken", "findings": 1, "counts": {"EVENT_HASH": 1}, "notRecorded": null}' where run_id = ${runId}`;
  expect(checkSentence(await shown(trail, runId), [])).toBe(`One event was altered. ${why}, and nothing is said of the rest.`);
});

test('rows that name no resource are lines of the list like others: none is pushed out of it without a word', async () => {
  const trail = await trailOfEight();
  const honest = await check(trail);
  const forge = (count: number) => sql`insert into run (kind, trail_id, state, params, started_at, finished_at)
    select 'resource', ${trail.trailId}, 'failed', '{}', now(), now() from generate_series(1, ${count})`;
  await forge(49);
  const all = runLines([], await listPastChecks(trail, 50));
  expect(all).toHaveLength(50); // which the page calls the newest fifty, not all
  expect(all[0]).toMatchObject({ what: 'no resource', result: 'Could not check: fault. Nothing is said of the log', tone: 'warning' });
  expect(all[49]).toMatchObject({ runId: honest, what: 'merchant / M-2207', result: '8 events are as signed' });
  await forge(1);
  expect(runLines([], await listPastChecks(trail, 50)).map(({ what }) => what)).toEqual(Array.from({ length: 50 }, () => 'no resource'));
  const [newest] = await sql<{ id: number }[]>`select max(run_id)::int as id from run where trail_id = ${trail.trailId}`;
  expect(checkSentence(await shown(trail, newest?.id as number), [])).toBe('Could not check: fault. Nothing is said of the log.');
});
