// What is lawfully away, from a run's verdict to its event, the list of runs, its sentence and the strip of every page; and what the sealer says to a stub that is none of its business.
import { expect, test, vi } from 'vitest';
import { scopeOf } from '@/db/scope';
import { driveNow } from '@/features/runs/drive-now';
import { declareCompromised } from '@/features/sealing/mutations/declare-compromised';
import { rotateKey } from '@/features/sealing/mutations/rotate-key';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { coverageCells } from '@/features/trail/coverage-cells';
import { headMacKey } from '@/features/trail/mutations/keys';
import { getCoverage } from '@/features/trail/queries/get-coverage';
import { readSealFiles } from '@/features/trail/seal-state';
import { absentWords } from './absent-event';
import { resultText, runSentence } from './past-run';
import { getAbsentEvent } from './queries/absent-event';
import { listPastRuns } from './queries/past-runs';
import { getProvenStart } from './queries/proven-start';
import { type VerifyParams, verifyResult } from './schema';
import { actsTrail } from './test/acts-trail';
import { ARCHIVED, DISPOSED, END, SIGNED } from './test/fill-acts-trail';
import { verifyResource } from './verify-resource';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

// one trail, one test after the other
const { database, attack, drop, dispose, trail } = await actsTrail({ isPutBack: false });
const sql = database.superuser;

let firstRun = 0;
const drive = async (params: VerifyParams = {}) => {
  const row = await driveNow({ kind: 'verify', trailId: trail().trailId, params }, { verify: verifyRun });
  return { row, result: verifyResult.parse(row.result) };
};
const pastRuns = () => listPastRuns(trail(), { limit: 10 });
const coverage = async () => {
  const { sealedSize } = readSealFiles(trail().origin);
  return {
    ...(await getCoverage(trail().scope, trail(), sealedSize)),
    sealedSize,
    isSealStale: false,
    notCoveredSince: null,
    refusal: null,
    isProtectedFromDatabaseAdmin: true,
  };
};
const AWAY = [
  { kind: 'archived', from: 0, to: 40, count: 40 },
  { kind: 'disposed', from: 80, to: 96, count: 2 },
];

test('a stub above the signed size is not sealed for its event', async () => {
  await dispose(SIGNED + 10);
  expect(await sealTrail(trail())).toEqual({
    ok: false,
    reason: `event ${SIGNED + 10} is not to be sealed: SEQ_GAP, its hashes alone stand there, and only of a signed event may they`,
  });
  await attack(`delete from event_stub where trail_id = $T; insert into audit_event select * from kept.audit_event where seq = ${SIGNED + 10}`);
  expect(await sealTrail(trail())).toMatchObject({ ok: true, size: END });
});

test('the event, the list, the sentence and the strip tell of it, and of nothing that was not found so', async () => {
  await drop(0, 40);
  await dispose(80, 95);
  expect((await coverage()).months.map(({ away }) => away)).toEqual([undefined, undefined, undefined, undefined]);
  const { row, result } = await drive();
  firstRun = row.runId;
  expect(result).toMatchObject({ state: 'holds', checked: END - 40, counts: {}, away: AWAY });
  const [told] = await sql`select details::text as details from audit_event where trail_id = ${trail().trailId} and seq = ${result.event?.seq as number}`;
  expect(JSON.parse(told?.details)).toMatchObject({ from: 0, to: END, state: 'holds', away: AWAY });

  const [run] = await pastRuns();
  expect(run).toMatchObject({ telling: 'told', isClean: true });
  if (!run) throw new Error('no run');
  expect(runSentence(run, [])).toBe(
    `All 578 events that are here hold, 0 to 619: sealed to 619, not anchored. 40 events are archived and 2 disposed of, lawfully.`,
  );
  expect(resultText(run)).toBe('578 events hold, sealed to 619; 42 lawfully away');

  const seen = await coverage();
  expect(seen).toMatchObject({ breaks: [], verifiedTo: END - 1 });
  expect(seen.months.map(({ month, state, away }) => [month, state, away])).toEqual([
    ['2026-03', 'verified', { archived: 40, disposed: 0, isExact: true }],
    ['2026-04', 'verified', undefined],
    ['2026-05', 'verified', { archived: 0, disposed: 2, isExact: true }],
    expect.arrayContaining(['2026-06']),
    expect.arrayContaining(['2026-11']),
  ]);
  const cells = coverageCells(seen, '2026-11-26T17:00:00.000000Z', 'UTC', () => '');
  expect(cells.slice(0, 3).map(({ parts }) => parts)).toEqual([
    [{ state: 'away', share: 1 }],
    [{ state: 'verified', share: 1 }],
    [
      { state: 'away', share: 0.05 },
      { state: 'verified', share: 0.95 },
    ],
  ]);
  expect(cells[0]?.title).toMatch(/^Mar 26: 0–39, verified .*, 40 archived, lawfully$/);
});

test('a row that claims that more is away than the event says, or less was read, is believed nothing: the event says it', async () => {
  const shownWith = async (result: string) => {
    await attack(`create table kept.run as select * from run; update run set result = ${result} where run_id = ${firstRun}`);
    const run = (await pastRuns()).find(({ runId }) => runId === firstRun);
    await attack('update run set result = k.result from kept.run k where k.run_id = run.run_id; drop table kept.run');
    return { isByEventAlone: run?.isByEventAlone, away: run?.verdict?.away, checked: run?.verdict?.checked };
  };
  const said = { away: AWAY, checked: END - 40 };
  expect(await shownWith('result')).toEqual({ isByEventAlone: false, ...said });
  for (const result of [
    "jsonb_set(result::jsonb, '{away,0,count}', '39')",
    "result - 'away'",
    "jsonb_set(result::jsonb, '{away,0,from}', '5')",
    `result::jsonb || '{"checked": ${END}}'`,
  ])
    expect(await shownWith(result)).toEqual({ isByEventAlone: true, ...said });
});

test('the events of one resource: that none is hidden from the screens cannot be said where rows are lawfully gone', async () => {
  const walk = verifyResource({ trail: trail(), scope: scopeOf(trail().trailId), headKey: headMacKey(), resource: { type: 'partition', id: '0' } });
  let step = await walk.next();
  while (!step.done) step = await walk.next();
  expect(step.value).toMatchObject({ checked: 1, proven: 1, findings: [], state: 'holds', view: 'lawfully gone' });
});

test('the page of an event that is not here says whether it is archived, disposed of or missing, and by which act', async () => {
  const of = (seq: number) => getAbsentEvent(trail(), seq);
  const archived = await of(7);
  expect(archived).toEqual({ seq: 7, stub: null, act: { kind: 'archived', from: 0, to: 40, count: 40, seq: ARCHIVED, policy: 'months' } });
  expect(absentWords(archived).sentence).toBe('Event 7 is archived: its row is not in the database any more.');
  const disposed = await of(95);
  expect(disposed).toMatchObject({ stub: { standing: { state: 'sealed' }, halves: 'fit' }, act: { kind: 'disposed', count: 5, seq: DISPOSED } });
  expect(absentWords(disposed).sentence).toContain('was disposed of');
  // of April nothing is signed by our key but acts that came later, which are sealed now
  expect((await of(50)).act).toMatchObject({ seq: SIGNED });
  await attack("update event_stub set header_hash = sha256('x') where trail_id = $T and seq = 95");
  expect(absentWords(await of(95)).sentence).toBe('Event 95 is not here, and the hashes of its halves are not those of its hash.');
  await attack("update event_stub set event_hash = sha256('x') where trail_id = $T and seq = 95");
  expect(absentWords(await of(95)).sentence).toBe('Event 95 is not here, and the hash in its place is not the one that was signed.');
  await attack(`update event_stub set event_hash = k.event_hash from kept.audit_event k where event_stub.trail_id = $T and event_stub.seq = 95 and k.seq = 95`);
  await attack(`insert into event_stub select $T, seq, sha256('h'), sha256('p'), event_hash from audit_event where trail_id = $T and seq = 130`);
  expect(absentWords(await of(130)).sentence).toBe('Event 130 was disposed of, and no act that counts says that it may be.');
  await attack('delete from event_stub where trail_id = $T and seq = 130');
  expect(await of(130)).toEqual({ seq: 130, stub: null, act: null });
  expect(absentWords(await of(130)).sentence).toBe('Event 130 is missing from the database.');
});

test('the next run begins in the middle, and the strip keeps what the first told', async () => {
  expect(await sealTrail(trail())).toMatchObject({ ok: true });
  const start = await getProvenStart(trail());
  expect(start).toEqual({ from: END, run: firstRun });
  const next = await drive({ from: start.from, goesOn: start.run as number });
  expect(next.result).toMatchObject({ state: 'holds', from: END, to: END + 1 });
  expect(next.result.away).toBeUndefined();
  expect((await coverage()).months[0]).toMatchObject({ state: 'verified', away: { archived: 40 } });
});

test('a range that ends where events are archived reaches to its end, and is told', async () => {
  await drop(50, 80); // its act is sealed by now
  const away = [{ kind: 'archived', from: 50, to: 80, count: 30 }];
  const { result } = await drive({ from: 40, to: 80 });
  expect(result).toMatchObject({ from: 40, to: 80, checked: 10, counts: {}, away, toEventHash: null });
  const bare = await drive({ from: 0, to: 30 });
  expect(bare.result).toMatchObject({ state: 'not_covered', to: 30, checked: 0 });
  const runs = await pastRuns();
  expect(runs.slice(0, 2).map(({ telling }) => telling)).toEqual(['told', 'told']);
  expect(runs.slice(0, 2).map((run) => runSentence(run, []))).toEqual([
    'Nothing was checked: no event of [0,30) is here. 30 events are archived, lawfully.',
    expect.stringMatching(/^All 10 events that are here hold, 40 to 79: .* 30 events are archived, lawfully\.$/),
  ]);
});

test('an act that stands where its key is believed no more says nothing, on the page of an event as in a run', async () => {
  const actOf = async (seq: number) => (await getAbsentEvent(trail(), seq)).act;
  const { old } = await rotateKey(trail());
  expect(await actOf(7)).toMatchObject({ seq: ARCHIVED }); // a key that was rotated is still ours
  expect(await declareCompromised(trail(), ARCHIVED, old)).toMatchObject({ ok: true });
  expect(await actOf(7)).toBeNull();
  expect((await drive()).result).toMatchObject({ state: 'broken', counts: { HEAD_CUT: 3 } }); // two stretches that are gone, and what stands in the place of others
});
