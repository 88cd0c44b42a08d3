// A run that was stopped goes on from the last signed size that it had led to, and never from where a row says that it was.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { program } from '@/db/test/program';
import { appTransaction, readTransaction, writeTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import { createRun } from '@/features/runs/mutations/create-run';
import { getRun } from '@/features/runs/queries';
import type { RunKind } from '@/features/runs/run-kind';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { getCoverage } from '@/features/trail/queries/get-coverage';
import { getEvent } from '@/features/trail/queries/get-event';
import { readSealFiles } from '@/features/trail/seal-state';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { formatCount } from '@/lib/format';
import { indexesText, reachOf } from './looked-at';
import { resumeVerification } from './mutations/resume-verification';
import { readProven } from './proven-file';
import { getPastRun } from './queries/past-runs';
import { getProvenStart } from './queries/proven-start';
import { readStarts } from './schedule/starts-file';
import { verifyResult } from './schema';
import { takeUp } from './take-up';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const { superuser: sql, home, env } = await freshDatabase();
type Line = ['held', run: number, size: number] | ['ended', run: number, state: string];
const servers = program<Line>('features/verification/test/schedule-process.ts', env);
const [STEP, STEPS] = [2_000, 30];
let trail: NewTrail;
let begun = 0; // when the trail was there

/** Long enough that a run is told half-way, and sealed on the way. */
beforeAll(async () => {
  await ensureFirstTrails();
  trail = await makeTrail('long');
  begun = Date.now();
  for (let step = 0; step < STEPS; step++) {
    await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(STEP)));
    expect(await sealTrail(trail)).toMatchObject({ ok: true });
  }
  readStarts(trail.origin, begun); // its schedule is kept since then
});
let running: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(running.map((kill) => kill()));
  running = [];
});

/** A server with its clock so far ahead; `until` resolves to the numbers of the first line that begins so. */
function server(aheadMs: number, hold = '') {
  const INDELIBLE_VERIFY_WINDOW = [2, 32].map((minutes) => new Date(begun + minutes * 60_000).toISOString().slice(11, 16)).join('-');
  const { lines, kill } = servers.start(['long', String(aheadMs), ...(hold ? [hold] : [])], { env: { INDELIBLE_VERIFY_WINDOW } });
  running.push(kill);
  const until = async (word: Line[0]) => {
    await expect.poll(() => lines.find(([said]) => said === word), { timeout: 60_000 }).toBeDefined();
    return lines.find(([said]) => said === word)?.slice(1) as number[];
  };
  return { until, kill };
}

const attack = (statement: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(statement);
  });
const resultOf = async (runId: number) => verifyResult.parse((await getRun(trail.trailId, runId))?.result);
const doneOf = async (runId: number) => expect.poll(async () => (await getRun(trail.trailId, runId))?.state, { timeout: 60_000 }).toBe('done');
const runs = () => sql<{ run_id: number; state: string; params: { schedule: string } }[]>`select run_id::int, state, params from run order by run_id`;

/** A run that stops by itself as soon as it has proven something; its number. */
async function stopped(how: 'cancel' | 'fail', params: object = {}): Promise<number> {
  const stop = new AbortController();
  let runId = 0;
  const kind: RunKind = (run, tools) =>
    verifyRun(run, {
      ...tools,
      report: (said) => {
        tools.report(said);
        runId = run.runId;
        if (readProven(run.runId) === null) return;
        if (how === 'fail') throw new Error('stopped by the test');
        stop.abort();
      },
    });
  const driven = driveNow({ kind: 'verify', trailId: trail.trailId, params: { ...params }, signal: stop.signal }, { verify: kind });
  await (how === 'fail' ? expect(driven).rejects.toThrow() : driven);
  return runId;
}
/** A run that stops by itself as soon as it has found something; its number. */
async function killedAtFinding(): Promise<number> {
  const kind: RunKind = (run, tools) =>
    verifyRun(run, {
      ...tools,
      report: (said) => {
        if (Object.keys(said.counts ?? {}).length > 0) throw new Error('stopped by the test');
      },
    });
  await expect(driveNow({ kind: 'verify', trailId: trail.trailId, params: {} }, { verify: kind })).rejects.toThrow();
  const [killed] = await sql<{ run: number }[]>`select max(run_id)::int as run from run`;
  return killed?.run as number;
}
const drive = async (runId: number) => {
  const [row] = await sql<{ params: Record<string, unknown> }[]>`select params from run where run_id = ${runId}`;
  await sql`delete from run where run_id = ${runId}`;
  const driven = await driveNow({ kind: 'verify', trailId: trail.trailId, params: row?.params ?? {} }, { verify: verifyRun });
  return { runId: driven.runId, result: verifyResult.parse(driven.result) };
};
const person = { userId: '00000000-0000-4000-8000-000000000001', role: 'officer' };

test('kill -9 in the middle of a scheduled run: the next start takes it up where it had led to a checkpoint; two servers start one run', async () => {
  const ahead = 40 * 60_000; // behind the first night, which begins in two minutes and is half an hour long
  const first = server(ahead, 'hold');
  const [runId, size] = (await first.until('held')) as [number, number];
  expect(size % STEP).toBe(1); // event 0 and whole steps
  await first.kill();
  // what its row says of where it was is nobody's word
  await sql`update run set to_seq = 60000, done = 60000 where run_id = ${runId}`;
  const both = [server(ahead), server(ahead)];
  await doneOf(runId);
  const result = await resultOf(runId);
  expect(result).toMatchObject({ from: 0, state: 'holds', counts: {}, findings: 0, resumed: { at: size, run: runId }, anew: null });
  expect(result.checked).toBe(result.to);
  expect(result.to).toBeGreaterThan(STEP * STEPS);
  expect(readProven(runId)).toBeNull();
  // whoever saw its row had the time to put right what lies behind: the schedule makes another, whose state nobody could know of, and no more than one
  await expect.poll(async () => (await runs()).map(({ state }) => state), { timeout: 60_000 }).toEqual(['done', 'done']);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await Promise.all(both.map((one) => one.kill()));
  const settles = { nightly: expect.any(Number) };
  expect(await runs()).toMatchObject([
    { run_id: runId, params: { settles } },
    { state: 'done', params: { settles } },
  ]);
  const told = await sql`select details::text as details from audit_event where trail_id = ${trail.trailId} and action = 'verification.finished' order by seq`;
  expect(told.map(({ details }) => JSON.parse(details).schedule)).toEqual([undefined, expect.stringMatching(/^(nightly|weekly|weekly-deep)$/)]);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});

test('a run that a person cancelled is taken up by a new one, whose verdict is that of both', async () => {
  const cancelled = await stopped('cancel');
  const size = readProven(cancelled)?.size as number;
  expect(size).toBeGreaterThan(0);
  const outcome = await resumeVerification({ trail, runId: cancelled, person });
  if (!outcome.ok) throw new Error(outcome.reason);
  expect(await resumeVerification({ trail, runId: cancelled, person })).toEqual(outcome); // pressed twice
  const { runId, result } = await drive(outcome.run);
  expect(result).toMatchObject({ from: 0, state: 'holds', findings: 0, resumed: { at: size, run: cancelled } });
  const [told] = await sql`select details::text as details from audit_event where trail_id = ${trail.trailId} and seq = ${result.event?.seq as number}`;
  expect(JSON.parse(told?.details)).toMatchObject({
    from: 0,
    to: result.to,
    state: 'holds',
    counts: {},
    resumed: true,
    resumed_at: size,
    began: result.resumed?.checkedAt,
  });
  // how much was compared is not believed of a row, and its event alone says as much
  const shown = async () => {
    const verdict = (await getPastRun(trail, runId, await getRun(trail.trailId, runId)))?.verdict;
    return [verdict?.resumed, verdict && indexesText(reachOf(verdict, {}, 'done'))];
  };
  const said = `match the events from ${formatCount(size)} on; below not looked at`;
  expect(await shown()).toEqual([result.resumed, said]);
  const kept = await sql`select result from run where run_id = ${runId}`;
  await sql`update run set result = jsonb_set(result::jsonb, '{resumed,at}', '0') where run_id = ${runId}`;
  expect(await shown()).toEqual([result.resumed, said]);
  await sql`update run set result = result::jsonb || '{"resumed": null}' where run_id = ${runId}`;
  expect(await shown()).toEqual([{ ...result.resumed, run: null }, said]);
  await sql`update run set result = ${sql.json(kept[0]?.result)} where run_id = ${runId}`;
  // verified when its first part was read, not when the second had ended
  const { verifiedAt, verifiedTo } = await getCoverage(trail.scope, trail, readSealFiles(trail.origin).sealedSize);
  expect([verifiedTo, verifiedAt]).toEqual([result.to - 1, result.resumed?.checkedAt]);
  expect(await resumeVerification({ trail, runId: 999_999, person })).toMatchObject({ ok: false });
});

test('a run that failed half-way can be taken up as well, and what the second part finds is the verdict of both', async () => {
  const failed = await stopped('fail');
  const size = readProven(failed)?.size as number;
  const behind = size + 100;
  await attack(`update audit_event set actor_id = 'mallory' where trail_id = ${trail.trailId} and seq = ${behind}`);
  const outcome = await resumeVerification({ trail, runId: failed, person });
  const { result, runId } = await drive((outcome as { run: number }).run);
  expect(result).toMatchObject({ from: 0, state: 'broken', counts: { EVENT_HASH: 1 }, resumed: { at: size } });
  expect((await sql`select seq::int from run_finding where run_id = ${runId}`).map(({ seq }) => seq)).toEqual([behind]);
  const [copy] = await sql`select actor_id from audit_event where trail_id = ${trail.trailId} and seq = ${behind - 7}`; // actors come round every seven
  await attack(`update audit_event set actor_id = '${copy?.actor_id}' where trail_id = ${trail.trailId} and seq = ${behind}`);
});

test('what the first part checked counts only with its evidence: else the run begins anew and says why', async () => {
  const cancelled = await stopped('cancel');
  const part = readProven(cancelled) as NonNullable<ReturnType<typeof readProven>>;
  const file = path.join(home, 'runs', String(cancelled), 'proven.json');
  const now = Date.now();
  expect(await takeUp(trail, cancelled, {}, now)).toMatchObject({ ok: true });
  const why = async (params = {}, at = now) => {
    const taken = await takeUp(trail, cancelled, params, at);
    return taken.ok ? 'taken up' : taken.reason;
  };
  expect(await why({ deep: true })).toBe('it was asked for something else');
  expect(await why({ from: 5 })).toBe('it was asked for something else');
  expect(await why({ to: part.size })).toBe('it was asked for something else');
  expect(await why({}, part.at + 25 * 3_600_000)).toBe('it was stopped more than a day ago');
  expect(await why({}, part.at - 1)).toContain('the clock stands before');
  fs.writeFileSync(file, JSON.stringify({ ...part, root: '00'.repeat(32) }));
  expect(await why()).toContain('another root is signed');
  fs.writeFileSync(file, '{');
  expect(await why()).toContain('no checkpoint');
  fs.writeFileSync(file, JSON.stringify(part));

  // the event at which it would go on is another now, with every hash right: what lies before cannot be what was read
  const last = part.size - 1;
  const [kept] = await sql`select encode(event_hash, 'hex') as hash from audit_event where trail_id = ${trail.trailId} and seq = ${last}`;
  await attack(`update audit_event set event_hash = decode(repeat('ab', 32), 'hex') where trail_id = ${trail.trailId} and seq = ${last}`);
  const outcome = await resumeVerification({ trail, runId: cancelled, person });
  const { result } = await drive((outcome as { run: number }).run);
  expect(result).toMatchObject({ from: 0, state: 'broken', resumed: null, anew: `event ${last} is not any more what it had checked` });
  expect(result.checked).toBe(result.to);
  await attack(`update audit_event set event_hash = decode('${kept?.hash}', 'hex') where trail_id = ${trail.trailId} and seq = ${last}`);
  expect(await why()).toBe('taken up');

  const turnLeaf = () =>
    attack(`update tile set hashes = set_byte(hashes, ${(last % 256) * 32}, 255 - get_byte(hashes, ${(last % 256) * 32}))
      where trail_id = ${trail.trailId} and level = 0 and n = ${Math.floor(last / 256)}`);
  await turnLeaf();
  expect(await why()).toContain(`not proven any more: TILES_BROKEN: the tiles of the tree do not lead event ${last} to the root`);
  await turnLeaf();
  expect(await why()).toBe('taken up');
});

test('it goes on over an event that was disposed of since, by the hash that was signed, and over none that is merely gone', async () => {
  const cancelled = await stopped('cancel');
  const part = readProven(cancelled) as NonNullable<ReturnType<typeof readProven>>;
  const last = part.size - 1;
  const of = `trail_id = ${trail.trailId} and seq = ${last}`;
  const record = await readTransaction(trail.scope, (tx) => getEvent(tx, trail, last));
  if (!record) throw new Error('no row');
  const why = async () => {
    const taken = await takeUp(trail, cancelled, {});
    return taken.ok ? taken.eventHash : taken.reason;
  };
  await attack(`create table kept_row as select * from audit_event where ${of}; delete from audit_event where ${of}`);
  expect(await why()).toBe(`event ${last}, the last that it had checked, is not here any more`);

  const file = path.join(home, 'runs', String(cancelled), 'proven.json');
  fs.writeFileSync(file, JSON.stringify({ ...part, away: [{ kind: 'archived', from: last - 1, to: last + 1, count: 2 }] }));
  expect(await why()).toBeNull();
  fs.writeFileSync(file, JSON.stringify(part));

  const { headerHash, payloadHash, row } = record;
  await attack(`insert into event_stub values (${trail.trailId}, ${last}, decode('${headerHash}', 'hex'), decode('${payloadHash}', 'hex'), sha256('x'))`);
  expect(await why()).toBe(`the hash in the place of event ${last} is not the one that was signed`);
  await attack(`update event_stub set event_hash = decode('${row.eventHash.toString('hex')}', 'hex') where ${of}`);
  expect(await why()).toEqual(row.eventHash);
  const outcome = await resumeVerification({ trail, runId: cancelled, person });
  const { result } = await drive((outcome as { run: number }).run);
  expect(result).toMatchObject({ from: 0, state: 'holds', counts: {}, anew: null, resumed: { at: part.size } });
  await attack(`delete from event_stub where ${of}; insert into audit_event select * from kept_row; drop table kept_row`);
});

test('a run that went through leaves nothing to take up, and one that found something before its first checkpoint neither', async () => {
  const whole = await driveNow({ kind: 'verify', trailId: trail.trailId, params: {} }, { verify: verifyRun });
  expect(readProven(whole.runId)).toBeNull();
  expect(await resumeVerification({ trail, runId: whole.runId, person })).toEqual({ ok: false, reason: 'The run was not stopped.' });
  const waiting = await appTransaction((tx) => createRun(tx, { kind: 'verify', trailId: trail.trailId, params: {}, startedBy: null }));
  await sql`update run set state = 'interrupted', owner = '{"role":"command"}', result = '{"interruptions": 1}' where run_id = ${waiting}`;
  expect(await resumeVerification({ trail, runId: waiting, person })).toEqual({ ok: true, run: waiting });
  expect(await getRun(trail.trailId, waiting)).toMatchObject({ state: 'queued', owner: null });
});

test('numbers of sources are compared across the place where it was stopped', async () => {
  await sql`delete from run where state = 'queued'`;
  const cancelled = await stopped('cancel');
  const file = path.join(home, 'runs', String(cancelled), 'proven.json');
  const part = readProven(cancelled) as NonNullable<ReturnType<typeof readProven>>;
  expect(part.sources).toMatchObject({ isFromStart: true, blindness: 0, runs: [] });
  // as if it had seen that number 2 of a source had not come by event 5, years ago
  const run = { source: 'app', epoch: '0192d000-0000-7000-8000-000000000001', high: 3, blind: 0, gaps: [{ from: 2, to: 3, seq: 5, at: 0 }], first: null };
  fs.writeFileSync(file, JSON.stringify({ ...part, sources: { ...part.sources, runs: [run] } }));
  const outcome = await resumeVerification({ trail, runId: cancelled, person });
  const { runId, result } = await drive((outcome as { run: number }).run);
  expect([result.anew, result.resumed?.at]).toEqual([null, part.size]);
  expect(result).toMatchObject({ state: 'broken', counts: { SOURCE_GAP: 1 }, resumed: { at: part.size } });
  expect(await sql`select seq::int, expected from run_finding where run_id = ${runId}`).toEqual([{ seq: 5, expected: `app ${run.epoch} 2` }]);
});

test('a row beyond the end that was never an event: found, and when it is gone nothing is missing', async () => {
  const verified = async () => verifyResult.parse((await driveNow({ kind: 'verify', trailId: trail.trailId, params: {} }, { verify: verifyRun })).result);
  expect(await verified()).toMatchObject({ state: 'holds', counts: {} });
  await attack(`create temp table beyond on commit drop as select * from audit_event where trail_id = ${trail.trailId} and seq = 5;
    update beyond set seq = 1000000000; insert into audit_event select * from beyond`);
  expect(await verified()).toMatchObject({ state: 'broken', to: 1_000_000_001 });
  await attack(`delete from audit_event where trail_id = ${trail.trailId} and seq = 1000000000`);
  expect(await verified()).toMatchObject({ state: 'holds', counts: {} });
});

test('what a run found before it was killed stands, though the rows were put back meanwhile; once told it is told once', async () => {
  const drawn = async (params = {}) => {
    const driven = await driveNow({ kind: 'verify', trailId: trail.trailId, params }, { verify: verifyRun });
    return { runId: driven.runId, result: verifyResult.parse(driven.result) };
  };
  const [row] = await sql`select encode(header_salt, 'hex') as salt from audit_event where trail_id = ${trail.trailId} and seq = 3000`;
  await attack(`update audit_event set header_salt = sha256('x') where trail_id = ${trail.trailId} and seq = 3000`);
  const killed = await killedAtFinding();
  await attack(`update audit_event set header_salt = decode('${row?.salt}', 'hex') where trail_id = ${trail.trailId} and seq = 3000`);

  const folder = path.join(home, 'runs');
  const kept = fs.readdirSync(folder).find((name) => name.startsWith('untold-')) as string;
  const said = JSON.parse(fs.readFileSync(path.join(folder, kept), 'utf8'));
  // under the same number, of a trail that another database had; and what may be made good by events that came since
  fs.writeFileSync(path.join(folder, `untold-${trail.trailId}-9-1.json`), JSON.stringify({ ...said, run: 9, origin: 'audit.example.com/other' }));
  fs.writeFileSync(
    path.join(folder, `untold-${trail.trailId}-8-1.json`),
    JSON.stringify({ ...said, run: 8, findings: [{ ...said.findings[0], code: 'SOURCE_GAP' }] }),
  );
  await stopped('cancel'); // who stops the next one makes nothing forgotten
  expect((await drawn({ from: 0, to: 100 })).result).toMatchObject({ state: 'consistent', counts: {}, foundBefore: null }); // a part of the trail says nothing of it
  const told = await drawn();
  expect(told.result).toMatchObject({ state: 'broken', counts: { MALFORMED: 1 }, findings: 1, foundBefore: { run: killed, findings: 1 } });
  expect(await sql`select code, seq::int from run_finding where run_id = ${told.runId}`).toEqual([{ code: 'MALFORMED', seq: 3000 }]);
  expect((await drawn()).result).toMatchObject({ state: 'holds', counts: {}, foundBefore: null });
});

test('what a run found before it was killed is looked for again by the next night, from the beginning on; a run that reads no such event says no more than that', async () => {
  const night = async () => {
    const { from, run } = await getProvenStart(trail);
    const params = run === null ? {} : { from, goesOn: run };
    return verifyResult.parse((await driveNow({ kind: 'verify', trailId: trail.trailId, params }, { verify: verifyRun })).result);
  };
  expect(await night()).toMatchObject({ state: 'holds' });
  expect(await sealTrail(trail)).toMatchObject({ ok: true });
  const { from } = await getProvenStart(trail);
  expect(from).toBeGreaterThan(10);
  await attack(`update audit_event set actor_id = actor_id || 'x' where trail_id = ${trail.trailId} and seq = 10`);
  await killedAtFinding();
  expect(await night()).toMatchObject({ from: 0, state: 'broken', counts: { EVENT_HASH: 1 }, findings: 1, foundBefore: null });

  const run = await killedAtFinding();
  const part = await driveNow({ kind: 'verify', trailId: trail.trailId, params: { from } }, { verify: verifyRun });
  expect(part.result).toMatchObject({ from, state: 'broken', counts: { EVENT_HASH: 1 }, foundBefore: { run, findings: 1, unread: 1 } });
  await attack(`update audit_event set actor_id = left(actor_id, -1) where trail_id = ${trail.trailId} and seq = 10`);
  expect(await night()).toMatchObject({ from: 0, state: 'holds', foundBefore: null });
});
