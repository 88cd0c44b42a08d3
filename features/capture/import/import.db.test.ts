import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { driveNow } from '@/features/runs/drive-now';
import { listRejects } from '@/features/runs/queries';
import { RunStop } from '@/features/runs/run-kind';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { makeTrail } from '@/features/trail/test/make-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { sharedDir } from '@/lib/test/shared';
import { type ImportParams, importRun } from './import-run';
import { type ImportResult, importSettings } from './schema';

vi.setConfig({ testTimeout: 120_000 });

const { superuser: sql, home } = await freshDatabase();
const shared = sharedDir();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'import-test-'));

beforeAll(() => ensureFirstTrails());
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

let made = 0;
const newTrail = (synthetic = false) => makeTrail(`i-${++made}`, { synthetic });

function file(name: string, content: string | Buffer): string {
  const place = path.join(folder, name);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.writeFileSync(place, content);
  return place;
}

async function importInto(trail: NewTrail, settings: Partial<ImportParams['settings']> & { format: ImportParams['settings']['format'] }, ...places: string[]) {
  const params: ImportParams = {
    settings: importSettings.parse(settings),
    files: places.map((place) => ({ path: place, name: path.relative(folder, place) })),
  };
  const run = await driveNow({ kind: 'import', trailId: trail.trailId, params }, { import: importRun });
  const result = run.result as ImportResult;
  const rejects = (await listRejects(trail.trailId, run.runId)).map((reject) => [reject.file, reject.line, reject.reason]);
  return { run, ...result, rejects };
}

const authlog = { format: 'authlog', year: 2017, zone: 'UTC' } as const;
const wrongIn = (trail: NewTrail) => naiveVerify(sql, trail.origin, home);
const countOf = async (trail: NewTrail) => (await sql`select count(*)::int as n from audit_event where trail_id = ${trail.trailId}`)[0]?.n;
const importActs = () =>
  sql`select details::jsonb as details, outcome from audit_event e join trail t using (trail_id) where t.alias = 'indelible' and action = 'import.finished' order by seq desc`;

describe.skipIf(!shared)('real logs', () => {
  const cloudtrail = path.join(shared ?? '', 'datasets/cloudtrail-invictus-aws_dataset');
  const auth = path.join(shared ?? '', 'datasets/authlog-elastic-examples/auth.log');

  test('CloudTrail: every record, the figures of the data set, and a second import that is a no-op', async () => {
    const trail = await newTrail();
    const first = await importInto(trail, { format: 'cloudtrail' }, cloudtrail);
    expect(first.counts).toEqual({ read: 2900, appended: 2900, duplicates: 0, rejected: 0 });
    expect(first.rejects).toEqual([]);
    expect(first.passedOver.map((name) => path.basename(name))).toEqual(['LICENSE']);
    expect(first.seqs).toEqual({ first: 1, last: 2900 });
    expect(first.occurred).toEqual({ first: '2023-07-10T11:42:18.000000Z', last: '2023-07-10T12:37:50.000000Z' });

    const rows = sql`(select * from audit_event where trail_id = ${trail.trailId} and seq > 0)`;
    expect(await sql`select outcome, count(*)::int as n from ${rows} e group by 1 order by 2 desc`).toEqual([
      { outcome: 'success', n: 2600 },
      { outcome: 'failure', n: 240 },
      { outcome: 'denied', n: 60 },
    ]);
    expect(await sql`select count(*)::int as n, count(*) filter (where details::jsonb ? 'ip_raw')::int as raw from ${rows} e where ip_address is null`).toEqual(
      [{ n: 353, raw: 353 }],
    );
    expect(await sql`select max(n)::int as n from (select count(*) n from ${rows} e group by occurred_at) s`).toEqual([{ n: 110 }]);
    expect(await sql`select distinct source, redaction from ${rows} e`).toEqual([{ source: 'cloudtrail', redaction: 'default-1' }]);
    expect(await sql`select count(*)::int as n from ${rows} e where not details::jsonb ? 'record'`).toEqual([{ n: 0 }]);

    const second = await importInto(trail, { format: 'cloudtrail' }, cloudtrail);
    expect(second.counts).toEqual({ read: 2900, appended: 0, duplicates: 2900, rejected: 0 });
    expect(second.seqs).toBeNull();
    expect(await countOf(trail)).toBe(2901);
    expect(await wrongIn(trail)).toEqual([]);
    const [act] = await importActs();
    expect(act).toMatchObject({ outcome: 'success', details: { format: 'cloudtrail', appended: 0, duplicates: 2900, files_total: 55 } });
  });

  test('no session token, and no other secret of the CloudTrail set, stands in any row', async () => {
    const trail = await newTrail();
    await importInto(trail, { format: 'cloudtrail' }, cloudtrail);
    const secrets = new Set<string>();
    const names = /^(sessionToken|secretAccessKey|password|passwordData|secretString|masterUserPassword|userData)$/i;
    const collect = (value: unknown, name = '') => {
      if (typeof value === 'string' && value.length > 20 && /^(sessionToken|secretAccessKey|password)$/i.test(name)) secrets.add(value);
      else if (value && typeof value === 'object') for (const [key, inner] of Object.entries(value)) collect(inner, names.test(key) ? key : '');
    };
    const dir = path.join(cloudtrail, 'CloudTrail');
    for (const name of fs.readdirSync(dir)) collect(JSON.parse(fs.readFileSync(path.join(dir, name), 'utf8')));
    const tokens = [...secrets].filter((secret) => secret !== 'HIDDEN_DUE_TO_SECURITY_REASONS');
    expect(tokens.length).toBeGreaterThan(10);
    const rows = await sql`select e::text as row from audit_event e where trail_id = ${trail.trailId}`;
    const all = rows.map(({ row }) => row as string).join('\n');
    for (const token of tokens) expect(all.includes(token)).toBe(false);
    expect(
      await sql`select count(*)::int as n from audit_event where trail_id = ${trail.trailId} and details::text ~ '"sessionToken":"(?!\\[REDACTED\\]")'`,
    ).toEqual([{ n: 0 }]);
  });

  test('the same file under another name, packed or as lines, is known too', async () => {
    const trail = await newTrail();
    const dir = path.join(cloudtrail, 'CloudTrail');
    const name = fs.readdirSync(dir)[5] as string;
    const text = fs.readFileSync(path.join(dir, name), 'utf8');
    const records = (JSON.parse(text) as { Records: unknown[] }).Records.length;
    const first = await importInto(trail, { format: 'cloudtrail' }, path.join(dir, name));
    expect(first.counts).toEqual({ read: records, appended: records, duplicates: 0, rejected: 0 });
    for (const other of [file('other.json', text), file('other.json.gz', gzipSync(text)), file('packed-without-a-name', gzipSync(text))]) {
      expect((await importInto(trail, { format: 'cloudtrail' }, other)).counts).toEqual({ read: records, appended: 0, duplicates: records, rejected: 0 });
    }
    expect(await countOf(trail)).toBe(1 + records);
    expect(await wrongIn(trail)).toEqual([]);
  });

  test('auth.log: 1,513 events, 1,042 failed and 226 accepted log-ins, and every other line counted by what it is', async () => {
    const trail = await newTrail();
    const first = await importInto(trail, authlog, auth);
    expect(first.counts).toEqual({ read: 1513, appended: 1513, duplicates: 0, rejected: 0 });
    const rows =
      await sql`select action, outcome, count(*)::int as n from audit_event where trail_id = ${trail.trailId} and seq > 0 group by 1, 2 order by 3 desc`;
    expect(rows.slice(0, 3)).toEqual([
      { action: 'auth.login', outcome: 'failure', n: 1042 },
      { action: 'auth.login', outcome: 'success', n: 226 },
      { action: 'auth.logout', outcome: 'success', n: 225 },
    ]);
    expect(Object.values(first.skipped).reduce((sum, n) => sum + n, 0)).toBe(5933);
    const again = await importInto(trail, authlog, file('rotated/auth.log.1', fs.readFileSync(auth)));
    expect(again.counts).toEqual({ read: 1513, appended: 0, duplicates: 1513, rejected: 0 });
    expect(await wrongIn(trail)).toEqual([]);
  });
});

describe('bad input', () => {
  const record = (n: number, over: object = {}) =>
    JSON.stringify({ eventID: crypto.randomUUID(), eventSource: 's3.amazonaws.com', eventName: 'GetObject', eventTime: '2026-11-01T00:00:00Z', n, ...over });

  test('each bad record is a reject with file, line and reason, and costs no other record', async () => {
    const trail = await newTrail();
    const lines = Buffer.concat([
      Buffer.from(`${record(1)}\n{"eventName":\n${record(3, { big: 'x'.repeat(300_000) })}\n`),
      Buffer.from(`{"eventID":"`),
      Buffer.from([0xc3, 0x28]),
      Buffer.from(
        `"}\n{"a":"\0"}\n${record(6, { a: 1e20 })}\nnot JSON\n{"eventSource":"s3.amazonaws.com","eventName":"x","eventTime":""}\n${record(9).slice(0, -1)},"n":2}\n${record(10).slice(0, 30)}`,
      ),
    ]);
    const { counts, rejects } = await importInto(trail, { format: 'cloudtrail' }, file('bad.jsonl', lines));
    expect(counts).toEqual({ read: 10, appended: 2, duplicates: 0, rejected: 8 });
    expect(rejects.map(([name, line, reason]) => [name, line, (reason as string).slice(0, 40)])).toEqual([
      ['bad.jsonl', 2, 'truncated JSON: the line ends inside the'],
      ['bad.jsonl', 3, expect.stringMatching(/^draft: 30\d,\d{3} bytes/)],
      ['bad.jsonl', 4, expect.stringMatching(/^invalid UTF-8 at offset 12/)],
      ['bad.jsonl', 5, expect.stringMatching(/^NUL byte/)],
      ['bad.jsonl', 7, expect.stringMatching(/^no JSON/)],
      ['bad.jsonl', 8, expect.stringMatching(/^occurred_at: /)],
      ['bad.jsonl', 9, expect.stringMatching(/^\/n: /)],
      ['bad.jsonl', 10, expect.stringMatching(/^truncated JSON: the file ends inside/)],
    ]);
    const [row] = await sql`select details::jsonb as details from audit_event where trail_id = ${trail.trailId} and seq = 2`;
    expect(row?.details).toMatchObject({ changed_at_import: ['/details/record/a'], record: { a: '100000000000000000000' } });
    expect(await wrongIn(trail)).toEqual([]);
  });

  test('a gzip that breaks off gives what can be read of it, and a reject', async () => {
    const trail = await newTrail();
    const hash = (n: number) => crypto.createHash('sha512').update(`${n}`).digest('hex');
    const whole = gzipSync(Array.from({ length: 5000 }, (_, n) => record(n, { eventID: `noise-${hash(n).slice(0, 32)}`, pad: hash(-n - 1) })).join('\n'));
    const cut = file('cut.json.gz', whole.subarray(0, whole.length / 2));
    const first = await importInto(trail, { format: 'cloudtrail' }, cut);
    expect(first.counts.appended).toBeGreaterThan(1500);
    expect(first.counts.rejected).toBe(1);
    expect(first.rejects).toEqual([
      ['cut.json.gz', first.counts.appended + 1, expect.stringMatching(/^broken gzip: .*what follows record \d+ could not be read/)],
    ]);
    const flipped = Buffer.from(whole);
    flipped.fill(0xff, 100_000, 100_050);
    const second = await importInto(
      trail,
      { format: 'cloudtrail' },
      file('flipped.json.gz', flipped),
      file('good.json', record(9999, { eventID: 'after-the-noise' })),
    );
    // what the flipped bytes unpack to is no JSON, line by line, until the checksum tells
    expect(new Set(second.rejects.map(([name]) => name))).toEqual(new Set(['flipped.json.gz']));
    // a line that still parses under an id already sent is a conflict, told when its batch is appended: so in no fixed place among the rest
    const broken = await sql`select reason from import_reject where run_id = ${second.run.runId} and reason like 'broken gzip%'`;
    expect(broken).toHaveLength(1);
    expect(await sql`select seq from audit_event where trail_id = ${trail.trailId} and details::text like '%after-the-noise%'`).toHaveLength(1);
    expect((await importInto(trail, { format: 'cloudtrail' }, file('garbage.json.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3])))).rejects).toEqual([
      ['garbage.json.gz', 1, expect.stringMatching(/^broken gzip/)],
    ]);
    expect(await wrongIn(trail)).toEqual([]);
  });

  test('two records under one id: the first stands, the other is reported', async () => {
    const trail = await newTrail();
    const eventID = crypto.randomUUID();
    const { counts, rejects } = await importInto(
      trail,
      { format: 'cloudtrail' },
      file('twice.json', `[${record(1, { eventID })},${record(2, { eventID })},${record(1, { eventID })}]`),
    );
    expect(counts).toEqual({ read: 3, appended: 1, duplicates: 1, rejected: 1 });
    expect(rejects).toEqual([['twice.json', 2, expect.stringContaining(`ID_CONFLICT: "cloudtrail" has sent another record under the id ${eventID}`)]]);
    expect(await sql`select action from audit_event where trail_id = ${trail.trailId} order by seq`).toEqual([
      { action: 'trail.created' },
      { action: 's3.GetObject' },
      { action: 'id.conflict' },
    ]);
    expect(await wrongIn(trail)).toEqual([]);
  });

  test('our own names: identical lines are as many events, and none at the second import; a time that is none is kept as text', async () => {
    const trail = await newTrail();
    const draft = (over: object) =>
      JSON.stringify({ occurred_at: '2026-11-01T10:00:00+01:00', actor_type: 'user', actor_id: 'mia', action: 'door.open', outcome: 'success', ...over });
    const text = [
      draft({}),
      draft({}),
      draft({ occurred_at: 'noon' }),
      draft({ occurred_at: 'noon' }),
      draft({ id: 'evt-1' }),
      draft({ action: 'value.erased' }),
      draft({ wrong: 1 }),
      '',
    ].join('\n');
    const first = await importInto(trail, { format: 'jsonl' }, file('own.jsonl', text));
    expect(first.counts).toEqual({ read: 7, appended: 5, duplicates: 0, rejected: 2 });
    expect(first.rejects.map(([, line, reason]) => [line, (reason as string).split(':')[0]])).toEqual([
      [6, 'RESERVED'],
      [7, 'wrong'],
    ]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1500 });
    const second = await importInto(trail, { format: 'jsonl' }, file('own-copy.jsonl', text));
    vi.useRealTimers();
    expect(second.counts).toEqual({ read: 7, appended: 0, duplicates: 5, rejected: 2 });
    const rows = await sql`select details::text from audit_event where trail_id = ${trail.trailId} and details::jsonb ? 'occurred_raw'`;
    expect(rows.map(({ details }) => details)).toEqual(Array(2).fill('{"changed_at_import":["/occurred_at"],"occurred_raw":"noon"}'));
    expect(await wrongIn(trail)).toEqual([]);
  });

  test('nothing is imported into synthetic data or into our own log, and no file that is not there', async () => {
    const trail = await newTrail(true);
    const place = file('one.json', record(1));
    await expect(importInto(trail, { format: 'cloudtrail' }, place)).rejects.toMatchObject({ code: 'IMPORT_SYNTHETIC' });
    expect(await countOf(trail)).toBe(1);
    const [{ id }] = (await sql`select trail_id as id from trail where alias = 'indelible'`) as unknown as [{ id: NewTrail['trailId'] }];
    const own = { ...trail, trailId: id };
    await expect(importInto(own, { format: 'cloudtrail' }, place)).rejects.toMatchObject({ code: 'IMPORT_OWN' });
    await expect(importInto(await newTrail(), { format: 'cloudtrail' }, path.join(folder, 'none.json'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });

  test('an import that is stopped keeps what it has, and says that it was stopped', async () => {
    const trail = await newTrail();
    const place = file('long.jsonl', Array.from({ length: 30_000 }, (_, n) => record(n)).join('\n'));
    const stop = new AbortController();
    const params: ImportParams = { settings: importSettings.parse({ format: 'cloudtrail' }), files: [{ path: place, name: 'long.jsonl' }] };
    const onReport = ({ counts }: { counts?: Record<string, number> }) => {
      if ((counts?.appended ?? 0) >= 2000) stop.abort(new Error('Ctrl-C'));
    };
    const run = await driveNow({ kind: 'import', trailId: trail.trailId, params, signal: stop.signal, onReport }, { import: importRun });
    expect(run.state).toBe('cancelled');
    const { counts } = run.result as ImportResult;
    expect(counts.appended).toBeGreaterThanOrEqual(2000);
    expect(counts.appended).toBeLessThan(30_000);
    expect(await countOf(trail)).toBe(1 + counts.appended);
    expect((await importActs())[0]).toMatchObject({ outcome: 'failure', details: { state: 'cancelled', appended: counts.appended } });
    expect(await wrongIn(trail)).toEqual([]);
  });

  test.each([
    ['a person, or Ctrl-C', new Error('Ctrl-C')],
    ['the end of the process', new RunStop('stopping')],
  ])('an import that is stopped by %s when all is read has ended: the stop came too late', async (_, why) => {
    const trail = await newTrail();
    const places = [1, 2].map((part) => file(`late-${part}.jsonl`, Array.from({ length: 1_200 }, (_, n) => record(part * 10_000 + n)).join('\n')));
    const stop = new AbortController();
    const onReport = ({ counts }: { counts?: Record<string, number> }) => counts?.read === 2_400 && stop.abort(why);
    const params: ImportParams = {
      settings: importSettings.parse({ format: 'cloudtrail' }),
      files: places.map((place) => ({ path: place, name: path.basename(place) })),
    };
    const run = await driveNow({ kind: 'import', trailId: trail.trailId, params, signal: stop.signal, onReport }, { import: importRun });
    expect(stop.signal.aborted).toBe(true);
    expect(run).toMatchObject({
      state: 'done',
      result: { counts: { read: 2_400, appended: 2_400 }, files: [{ name: 'late-1.jsonl' }, { name: 'late-2.jsonl' }] },
    });
    expect(await countOf(trail)).toBe(2_401);
    expect((await importActs())[0]).toMatchObject({ outcome: 'success', details: { state: 'done', appended: 2_400 } });
  });

  test('more rejects than the table keeps stand in a file', async () => {
    const trail = await newTrail();
    const { counts, rejectsFile, run } = await importInto(trail, { format: 'jsonl' }, file('all-bad.jsonl', 'nothing\n'.repeat(10_500)));
    expect(counts).toEqual({ read: 10_500, appended: 0, duplicates: 0, rejected: 10_500 });
    expect(await sql`select count(*)::int as n from import_reject where run_id = ${run.runId}`).toEqual([{ n: 10_000 }]);
    const lines = fs
      .readFileSync(rejectsFile as string, 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(10_500);
    expect(JSON.parse(lines[10_499] as string)).toEqual({ file: 'all-bad.jsonl', line: 10_500, reason: expect.stringContaining('no JSON') });
  });
});

test('settings name every mistake', () => {
  const problems = (input: object) => importSettings.safeParse(input).error?.issues.map(({ path: [place], message }) => `${String(place)}: ${message}`);
  expect(problems({ format: 'xml' })).toEqual(['format: Choose one of cloudtrail, authlog, jsonl.']);
  expect(problems({ format: 'authlog' })).toEqual([expect.stringMatching(/^year: /), expect.stringMatching(/^zone: /)]);
  expect(problems({ format: 'authlog', year: '2026', zone: 'Mars/Base' })).toEqual([expect.stringMatching(/^zone: "Mars\/Base" is no time zone/)]);
  expect(problems({ format: 'cloudtrail', year: 2026 })).toEqual([expect.stringMatching(/^year: /)]);
  expect(importSettings.parse({ format: 'authlog', year: '2026', zone: '+02:00' })).toEqual({
    format: 'authlog',
    year: 2026,
    zone: '+02:00',
    source: 'authlog',
  });
});
