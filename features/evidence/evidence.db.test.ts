import { execFileSync, spawn } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Filter } from '@/core/filter';
import { freshDatabase } from '@/db/test/database';
import { readTransaction, writeTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import type { RunReport } from '@/features/runs/run-kind';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { countEvents } from '@/features/trail/queries/count-events';
import { apiDraft, apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { unloggedRuns } from '@/features/verification/test/unlogged-runs';
import { PartWriter } from '@/lib/zip/part';
import { readZip } from '@/lib/zip/test/read-zip';
import { bundleRun } from './bundle-run';
import { openDownload } from './read-bundle';
import { openExport } from './read-export';
import { type BundleResult, bundleResult } from './schema';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const database = await freshDatabase();
const sql = database.superuser;
const bundles = path.join(database.home, 'bundles');
const EVIL = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', 'a\nb', '"quoted", yes', '😀 é', '007'];
let trail: NewTrail;
/** A bundle whose file a test took away. */
let gone = '';

beforeAll(async () => {
  await ensureFirstTrails();
  trail = await makeTrail('zip');
  const evil = EVIL.map((text) => apiDraft({ actor_id: text, resource_id: text, user_agent: text }));
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, [...apiDrafts(2500), ...evil, ...apiDrafts(500, { outcome: 'denied' })]));
});
afterEach(async () => {
  expect(await unloggedRuns(sql)).toEqual([]);
  for (const name of fs.existsSync(bundles) ? fs.readdirSync(bundles) : []) expect(name, 'no work is left').not.toContain('.tmp');
});

const run = (params: object, onReport?: (report: RunReport) => void, signal?: AbortSignal) =>
  driveNow(
    { kind: 'bundle', trailId: trail.trailId, params: { level: 'selection', filter: null, from: 0, time: null, ...params }, onReport, signal },
    { bundle: bundleRun },
  );
const make = async (params: object = {}): Promise<BundleResult> => bundleResult.parse((await run(params)).result);
const fileOf = (bundle: BundleResult) => path.join(bundles, bundle.file_name);
const acts = (action: string) => sql<{ details: Record<string, unknown>; actor: string }[]>`
  select e.details, e.actor_id as actor from audit_event e join trail t using (trail_id) where t.origin = 'audit.example.com/indelible' and e.action = ${action} order by seq`;
const sha256 = (bytes: crypto.BinaryLike) => crypto.createHash('sha256').update(bytes).digest('hex');
const collect = async (bytes: AsyncGenerator<Buffer>) => {
  const pieces: Buffer[] = [];
  for await (const piece of bytes) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
};

/** Every file of a zip by its name in the folder, after every check that a stranger could make. */
function open(zip: Buffer, bundle: BundleResult): Map<string, string> {
  const folder = `evidence-zip-${bundle.bundle_id}/`;
  const entries = readZip(zip);
  expect(entries.map(({ name }) => name)).toEqual(
    ['bagit.txt', 'bag-info.txt', 'README.txt', 'manifest-sha256.txt', 'tagmanifest-sha256.txt', 'data/events.jsonl', 'data/query.json', 'data/report.csv'].map(
      (name) => folder + name,
    ),
  );
  const files = new Map(entries.map(({ name, bytes }) => [name.slice(folder.length), bytes.toString()]));
  expect(files.get('bagit.txt')).toBe('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
  const payload = entries.filter(({ name }) => name.includes('/data/'));
  expect(files.get('bag-info.txt')).toContain(`Payload-Oxum: ${payload.reduce((sum, { bytes }) => sum + bytes.length, 0)}.3\n`);
  expect(sha256(files.get('tagmanifest-sha256.txt') as string)).toBe(bundle.tagmanifest_sha256);
  expect(bundle.files.map(({ path: name, sha256: hash }) => [folder + name, hash])).toEqual(entries.map(({ name, bytes }) => [name, sha256(bytes)]));
  return files;
}

/** By hand, from SPEC §1 alone. */
function checkRecord(line: string) {
  const record = JSON.parse(line) as { seq: number; prev: string; header: string; payload: string; event_hash: string };
  expect(Object.keys(record)).toEqual(['seq', 'prev', 'header', 'payload', 'event_hash']);
  expect(sha256(`audit-chain/v1\n${record.seq}\n${record.prev}\n${sha256(record.header)}\n${sha256(record.payload)}\n`)).toBe(record.event_hash);
  const header = JSON.parse(record.header) as Record<string, unknown>;
  expect(header).toMatchObject({ seq: record.seq, trail: 'audit.example.com/zip' });
  return header;
}

const denied: Filter = { eq: ['outcome', 'denied'] };

test('a bundle holds exactly what was asked, and a stranger can check every file of it', async () => {
  const bundle = await make({ filter: denied, from: 10, to: 2800 });
  expect(bundle).toMatchObject({ from: 10, to: 2800, in_range: 2790 });
  const zip = fs.readFileSync(fileOf(bundle));
  expect([zip.length, sha256(zip)]).toEqual([bundle.size_bytes, bundle.sha256]);
  const files = open(zip, bundle);

  const lines = (files.get('data/events.jsonl') as string).split('\n');
  expect(lines.pop()).toBe('');
  const headers = lines.map(checkRecord);
  const [counted] = await sql<{ seqs: number[] }[]>`
    select array_agg(seq order by seq)::int[] as seqs from audit_event where trail_id = ${trail.trailId} and outcome = 'denied' and seq >= 10 and seq < 2800`;
  expect(headers.map(({ seq }) => seq)).toEqual(counted?.seqs);
  expect(JSON.parse(files.get('data/query.json') as string)).toEqual({
    trail: 'audit.example.com/zip',
    range: { from_seq: 10, to_seq: 2800 },
    filter: denied,
    time: null,
    completeness: 'selection',
    matched: counted?.seqs,
    counts: { in_range: 2790, matched: bundle.matched },
    catalogue_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const screen = await readTransaction(trail.scope, (tx) => countEvents(tx, trail.trailId, { filter: { and: [denied, { gte: ['seq', 10] }] }, asOf: 2800 }));
  expect([bundle.matched, headers.length, screen.events]).toEqual(Array(3).fill(counted?.seqs.length));
  expect((files.get('data/report.csv') as string).split('\r\n').length - 2).toBe(bundle.matched);

  const created = await acts('bundle.created');
  expect(created.at(-1)?.details).toEqual({ bundle_id: bundle.bundle_id, tagmanifest_sha256: bundle.tagmanifest_sha256 });
  const [row] = await sql`select * from bundle where bundle_id = ${bundle.bundle_id}`;
  expect(row).toMatchObject({ level: 'selection', from_seq: '10', to_seq: '2800', filter: denied, sha256: bundle.sha256, file_name: bundle.file_name });
});

test('unzip, sha256sum and the commands of README.txt accept it', async () => {
  const bundle = await make({ from: 5, to: 900 });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-unzip-'));
  try {
    expect(execFileSync('unzip', ['-t', fileOf(bundle)]).toString()).toContain('No errors detected');
    execFileSync('unzip', ['-q', fileOf(bundle), '-d', folder]);
    const cwd = path.join(folder, `evidence-zip-${bundle.bundle_id}`);
    const sh = (command: string) => execFileSync('sh', ['-c', command], { cwd, stdio: 'pipe' }).toString();
    sh('sha256sum --strict -c tagmanifest-sha256.txt && sha256sum --strict -c manifest-sha256.txt');
    const readme = fs.readFileSync(path.join(cwd, 'README.txt'), 'utf8');
    const [, command = '', hash] = /^ +(printf 'audit-chain.* \d+ [0-9a-f].*sha256sum)\n\n +prints ([0-9a-f]{64})\.$/m.exec(readme) ?? [];
    expect(sh(command).slice(0, 64)).toBe(hash);
    expect(readme).toContain('This bundle is not sealed.');
    expect(readme).toContain('Matched    895 of 895 events');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('a filter that matches nothing makes a bundle that says so; one that matches everything holds all', async () => {
  const nothing = await make({ filter: { or: [] } });
  const files = open(fs.readFileSync(fileOf(nothing)), nothing);
  expect([nothing.matched, files.get('data/events.jsonl')]).toEqual([0, '']);
  expect(files.get('README.txt')).toContain('Matched    0 of 3011 events');
  expect(JSON.parse(files.get('data/query.json') as string)).toMatchObject({ matched: [], counts: { in_range: 3011, matched: 0 } });

  const everything = await make({ filter: { and: [] } });
  const lines = (open(fs.readFileSync(fileOf(everything)), everything).get('data/events.jsonl') as string).trimEnd().split('\n');
  expect(lines.length).toBe(3011);
  lines.forEach(checkRecord);
  expect(await make({ from: 7, to: 7 })).toMatchObject({ matched: 0, in_range: 0, from: 7, to: 7 });
});

test('no cell of report.csv is a formula, and ids are not rewritten', async () => {
  const bundle = await make({ from: 2501, to: 2501 + EVIL.length });
  const csv = open(fs.readFileSync(fileOf(bundle)), bundle).get('data/report.csv') as string;
  const script = 'import csv,io,json,sys\nprint(json.dumps(list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode("utf-8-sig"),newline="")))))';
  const [head = [], ...rows] = JSON.parse(execFileSync('python3', ['-c', script], { input: csv }).toString()) as string[][];
  expect(csv.charCodeAt(0)).toBe(0xfeff);
  expect(head.slice(0, 3)).toEqual(['seq', 'recorded_at (UTC)', 'occurred_at (UTC)']);
  const column = head.indexOf('actor_id');
  expect(rows.map((row) => row[column])).toEqual(EVIL.map((text) => (/^[=+\-@\t\r]|^007/.test(text) ? `'${text}` : text)));
  for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
});

test('a range beyond the end is refused in words', async () => {
  await expect(run({ from: 0, to: 99_999 })).rejects.toThrow('the trail has the events up to 3010');
  await expect(run({ from: 9, to: 8 })).rejects.toThrow('ends before it begins');
});

test('an altered event stops the bundle and is named', async () => {
  const before = fs.readdirSync(bundles).length;
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_event set actor_id = 'mallory' where trail_id = ${trail.trailId} and seq = 1234`;
  });
  try {
    await expect(run({})).rejects.toThrow(/event 1234 does not have the hash.*run a verification/);
    const { bytes } = await openExport({ trail, scope: trail.scope, filter: null, format: 'jsonl', actor: 'system' });
    await expect(collect(bytes)).rejects.toThrow('event 1234');
    expect((await make({ from: 1235 })).matched, 'the others are still to be had').toBe(3011 - 1235);
  } finally {
    const [good] = await sql`select actor_id from audit_event where trail_id = ${trail.trailId} and seq = ${1234 - 7}`;
    await sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_event set actor_id = ${good?.actor_id} where trail_id = ${trail.trailId} and seq = 1234`;
    });
  }
  expect(fs.readdirSync(bundles).length).toBe(before + 1);
});

test('a cancelled bundle leaves no file, no row and no event', async () => {
  const [before, created] = [fs.readdirSync(bundles), (await acts('bundle.created')).length];
  const stop = new AbortController();
  const ended = await run({}, () => stop.abort(), stop.signal);
  expect(ended.state).toBe('cancelled');
  expect(fs.readdirSync(bundles)).toEqual(before);
  expect((await acts('bundle.created')).length).toBe(created);
});

test('where the event cannot be recorded there is no bundle', async () => {
  const before = fs.readdirSync(bundles);
  const [count] = await sql`select count(*) from bundle`;
  await sql`create function refuse() returns trigger language plpgsql as $$ begin raise 'no room in the log'; end $$`;
  await sql`create trigger refuse before insert on audit_event for each row when (new.action in ('bundle.created', 'audit.export', 'bundle.downloaded')) execute function refuse()`;
  const kept = fs.readdirSync(bundles).find((name) => name.endsWith('.zip')) as string;
  try {
    await expect(run({})).rejects.toThrow();
    expect(fs.readdirSync(bundles)).toEqual(before);
    expect((await sql`select count(*) from bundle`)[0]).toEqual(count);
    await expect(openExport({ trail, scope: trail.scope, filter: null, format: 'csv', actor: 'system' })).rejects.toThrow();
    const [row] = await sql<{ id: string }[]>`select bundle_id as id from bundle where file_name = ${kept}`;
    await expect(openDownload(trail.trailId, row?.id as string, { actor: 'system' })).rejects.toThrow();
  } finally {
    await sql`drop function refuse cascade`;
  }
});

test('a download is recorded before its first byte, and a changed file is not handed out', async () => {
  const bundle = await make({ from: 0, to: 50 });
  const before = (await acts('bundle.downloaded')).length;
  const download = await openDownload(trail.trailId, bundle.bundle_id, { actor: { userId: '0190c2a4-7d1e-7a3b-8c4d-5e6f70819203' } });
  const acted = await acts('bundle.downloaded');
  expect(acted.length, 'recorded while nothing was read').toBe(before + 1);
  expect(acted.at(-1)).toEqual({ details: { bundle_id: bundle.bundle_id, sha256: bundle.sha256 }, actor: '0190c2a4-7d1e-7a3b-8c4d-5e6f70819203' });
  if (!download.ok) throw new Error(download.hint);
  expect(sha256(await collect(download.bytes))).toBe(bundle.sha256);

  const bytes = fs.readFileSync(fileOf(bundle));
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
  fs.writeFileSync(fileOf(bundle), bytes);
  expect(await openDownload(trail.trailId, bundle.bundle_id, { actor: 'system' })).toMatchObject({ ok: false, reason: 'BUNDLE_CHANGED' });
  fs.rmSync(fileOf(bundle));
  gone = bundle.file_name;
  expect(await openDownload(trail.trailId, bundle.bundle_id, { actor: 'system' })).toMatchObject({ ok: false, reason: 'BUNDLE_GONE' });
  expect(await openDownload(trail.trailId, crypto.randomUUID(), { actor: 'system' })).toMatchObject({ ok: false, reason: 'BUNDLE_UNKNOWN' });
  expect((await acts('bundle.downloaded')).length, 'nothing was handed out').toBe(before + 1);
});

test('an export is recorded with its filter and count first, and holds exactly those events', async () => {
  const open = (format: 'csv' | 'jsonl') => openExport({ trail, scope: trail.scope, filter: denied, to: 2800, format, actor: { userId: crypto.randomUUID() } });
  const { selection, bytes } = await open('jsonl');
  expect((await acts('audit.export')).at(-1)?.details).toEqual({ filter: denied, format: 'jsonl', count: selection.matched, from: 0, to: 2800 });
  const lines = (await collect(bytes)).toString().trimEnd().split('\n');
  expect(lines.length).toBe(selection.matched);
  lines.forEach(checkRecord);
  const csv = (await collect((await open('csv')).bytes)).toString();
  expect(csv.split('\r\n').length - 2).toBe(selection.matched);
  expect(csv).toContain('details');
});

test('an export whose reader leaves stops the COPY on the server', async () => {
  const copies = () =>
    sql<{ n: number }[]>`select count(*)::int as n from pg_stat_activity where application_name = 'indelible copy' and datname = current_database()`;
  const { bytes } = await openExport({ trail, scope: trail.scope, filter: null, format: 'jsonl', actor: 'system' });
  await bytes.next();
  expect((await copies())[0]?.n).toBe(1);
  await bytes.return(undefined);
  await expect.poll(async () => (await copies())[0]?.n, { timeout: 5000 }).toBe(0);
});

test('what a killed process left is cleared away by the next bundle, but nothing that is a bundle or being made', async () => {
  const kept = await make({ to: 10 });
  const [dead] = await sql<
    { id: string }[]
  >`insert into run (kind, trail_id, params, state) values ('bundle', ${trail.trailId}, '{}', 'interrupted') returning run_id as id`;
  const work = path.join(bundles, `run-${dead?.id}.tmp`);
  fs.mkdirSync(work);
  fs.writeFileSync(path.join(work, 'events.part'), 'half');
  fs.writeFileSync(path.join(work, 'evidence-zip-1.zip'), 'whole, named, but no row');
  fs.linkSync(path.join(work, 'evidence-zip-1.zip'), path.join(bundles, 'evidence-zip-1.zip'));
  fs.linkSync(fileOf(kept), path.join(work, kept.file_name)); // killed between its commit and the end
  await make({ to: 10 });
  const names = fs.readdirSync(bundles);
  expect(names).not.toContain('evidence-zip-1.zip');
  expect(names).toContain(kept.file_name);
});

test('kill -9 at any moment leaves no bundle without its event, no row without its file, and no file for good', { timeout: 180_000 }, async () => {
  const script = path.join(import.meta.dirname, 'test/make-bundles.ts');
  for (const waitMs of [40, 170]) {
    const child = spawn(process.execPath, ['--conditions=react-server', '--import', 'tsx', script, String(trail.trailId)], {
      env: { ...process.env, ...database.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data'); // it is warm: the next bundle is on its way
    await sleep(waitMs);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await sql`update run set state = 'interrupted' where state = 'running'`; // what the web server's sweep does after a while
    await make({ to: 5 });
    const zips = fs.readdirSync(bundles).filter((name) => name.endsWith('.zip') && name !== gone);
    const rows = await sql<{ file: string; id: string }[]>`select file_name as file, bundle_id::text as id from bundle where file_name <> ${gone}`;
    expect(zips.sort()).toEqual(rows.map(({ file }) => file).sort());
    const told = new Set((await acts('bundle.created')).map(({ details }) => details.bundle_id));
    for (const { id } of rows) expect(told).toContain(id);
  }
});

test('a full disk is named, and leaves nothing', async () => {
  const before = fs.readdirSync(bundles);
  vi.spyOn(PartWriter.prototype, 'write').mockImplementation(() => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  });
  try {
    await expect(run({})).rejects.toThrow(/DISK_FULL: there is no room left/);
  } finally {
    vi.restoreAllMocks();
  }
  expect(fs.readdirSync(bundles)).toEqual(before);
});
