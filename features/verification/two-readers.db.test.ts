// A trail read by two at once, the second in a thread and on connections of its own: the verdict of one reader, whatever was done to the trail or to the second.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, expect, test, vi } from 'vitest';
import { bundled } from '@/db/test/program';
import { eraseValue } from '@/features/redaction/mutations/erase-value';
import { setPartProgram } from './part-program';
import { verifyRange } from './run';
import { END, sealedTrail } from './test/sealed-trail';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const sealed = await sealedTrail();
const { attack, verify, rewrite, rewriteTiles, cutBack } = sealed;
const sql = sealed.database.superuser;
const program = pathToFileURL(bundled('features/verification/part-worker.ts'));
beforeEach(() => setPartProgram(program));

const SEAM = 350;
/** What the view is asked is drawn anew each time: of that the code alone. */
const told = async (seam: number | null) => {
  const { readers, findings, ...verdict } = await verify({ seam });
  return { readers, verdict: { ...verdict, findings: findings.map((one) => (one.code === 'VIEW_MISMATCH' ? one.code : one)) } };
};

test('an honest trail: each event is read once, and all of it holds', async () => {
  const alone = await told(null);
  expect(alone.verdict).toMatchObject({ state: 'holds', checked: END, to: END, sealedTo: 600, findings: [], sealedValues: { sealed: 3, erased: 0 } });
  for (const seam of [1, 256, SEAM, 599, 600]) expect(await told(seam), `seam ${seam}`).toEqual({ readers: 2, verdict: alone.verdict });
  expect(await verify({ seam: SEAM, from: 200, to: 500 })).toEqual({ ...(await verify({ seam: null, from: 200, to: 500 })), readers: 2 });
  expect(await verify({ seam: SEAM, deep: true })).toMatchObject({ state: 'holds', readers: 2, checked: END });
});

const rewriteAll = async (seq: number) => {
  await rewrite(seq, () => ({ actorId: 'x' }));
  return sealed.rows();
};

const ATTACKS: [string, () => Promise<unknown>][] = [
  ['an event of the second changed', () => attack("update audit_event set actor_id = 'x' where trail_id = $T and seq = 400")],
  ['the first event of the second', () => attack(`update audit_event set actor_id = 'x' where trail_id = $T and seq = ${SEAM}`)],
  ['the last of the first', () => attack(`update audit_event set actor_id = 'x' where trail_id = $T and seq = ${SEAM - 1}`)],
  ['its hash alone', () => attack(`update audit_event set event_hash = sha256('x') where trail_id = $T and seq = ${SEAM - 1}`)],
  ['history rewritten before the seam', async () => rewriteTiles(await rewriteAll(340))],
  ['and behind it', async () => rewriteTiles(await rewriteAll(420))],
  ['events gone on both sides', () => attack(`delete from audit_event where trail_id = $T and seq between ${SEAM - 2} and ${SEAM + 2}`)],
  [
    'an event twice',
    () =>
      attack(`create temp table twice on commit drop as select * from audit_event where trail_id = $T and seq = 351;
        update twice set recorded_at = recorded_at + interval '1 us'; insert into audit_event select * from twice`),
  ],
  ['the end cut off', () => cutBack(500)],
  ['a value gone', () => attack("delete from sealed_value where trail_id = $T and pointer = '/ip_address'")],
  ['a key gone', () => attack('delete from event_key where trail_id = $T and seq = 500')],
  ['a month of another', () => attack('update trail_segment set last_seq = last_seq - 1 where trail_id = $T and first_seq > 300')],
  ['a tile changed', () => attack('update tile set hashes = set_byte(hashes, 8000, 255 - get_byte(hashes, 8000)) where trail_id = $T and level = 0 and n = 1')],
  ['a tile of the first gone', () => attack('delete from tile where trail_id = $T and level = 0 and n = 0')],
  ['the tiles gone', () => attack('delete from tile where trail_id = $T')],
];

test.each(ATTACKS)('%s', async (_, does) => {
  await does();
  const alone = await told(null);
  expect(alone.verdict.findings.length).toBeGreaterThan(0);
  expect((await told(SEAM)).verdict).toEqual(alone.verdict);
});

test('a value that was erased, on either side of its act', async () => {
  const why = { ground: 'data subject request', law: 'GDPR Art. 17', country: 'NL', requestId: 'R-1' };
  expect(await eraseValue(sealed.trail, { seq: 350, pointer: '/ip_address', ...why }, 'system')).toMatchObject({ ok: true });
  const alone = await told(null);
  expect(alone.verdict).toMatchObject({ findings: [], sealedValues: { sealed: 2, erased: 1 } });
  for (const seam of [200, 360, 600]) expect(await told(seam)).toEqual({ readers: 2, verdict: alone.verdict });
});

test('rows that the screens do not show are found by the second too', async () => {
  const [{ text } = { text: '' }] = await sql<{ text: string }[]>`select rtrim(pg_get_viewdef('event_view'::regclass), ';') as text`;
  await attack(`create or replace view event_view as select * from (${text}) v where seq < ${SEAM} or current_query() ilike 'copy%'`);
  try {
    for (const seam of [null, SEAM, 200]) {
      const { verdict, readers } = await told(seam);
      expect(readers).toBe(seam === null ? 1 : 2);
      expect(verdict).toMatchObject({ state: 'broken', checked: END });
      expect(Object.keys(verdict.counts)).toEqual(['VIEW_MISMATCH']);
    }
  } finally {
    await attack(`create or replace view event_view as ${text}`);
  }
});

const script = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(text)}`);

test.each([
  ['is not there', pathToFileURL(path.resolve('no-such-program.mjs'))],
  ['throws', script("throw new Error('no')")],
  ['leaves', script('process.exit(3)')],
  ['is late and leaves', script('setTimeout(() => process.exit(3), 700)')],
])('a second that %s: one reads all', async (_, file) => {
  setPartProgram(file);
  expect(await told(SEAM)).toEqual(await told(null));
});

test('stopped while it waits for a second that never answers', async () => {
  setPartProgram(script('setInterval(() => {}, 1000)'));
  const abort = new AbortController();
  const walk = verifyRange({ trail: sealed.trail, scope: sealed.trail.scope, seam: SEAM, signal: abort.signal });
  for (let steps = 0; ; steps++) {
    const step = await walk.next();
    if (step.done) {
      expect(step.value).toMatchObject({ state: 'cancelled', isCancelled: true, checked: SEAM, to: SEAM, findings: [] });
      break;
    }
    if (steps === 3) abort.abort(); // it has waited for some time
    expect(steps).toBeLessThan(20);
  }
});

test('stopped at any moment, an honest trail has nothing found in it', async () => {
  const stop = async (afterMs: number, seam: number | null) => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), afterMs);
    const started = performance.now();
    const verdict = await verify({ seam, signal: abort.signal }).catch((cause) => {
      if (cause !== abort.signal.reason) throw cause; // before it began
    });
    clearTimeout(timer);
    expect(verdict?.findings ?? [], `after ${afterMs} ms`).toEqual([]);
    return { isCancelled: verdict?.isCancelled ?? false, tookMs: performance.now() - started };
  };
  await stop(60_000, null);
  const { tookMs } = await stop(60_000, null); // not the first, which is slow
  let cancelled = 0;
  // the rows are a small part of the time
  for (let i = 0; i < 40 || (cancelled < 3 && i < 400); i++)
    cancelled += Number((await stop(((i % 37) / 36) * tookMs, i % 10 === 0 ? SEAM : null)).isCancelled);
  expect(cancelled).toBeGreaterThan(2);
});
