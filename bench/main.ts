// What each speed claim is measured with:
//
//   npm run bench -- verify|append|export|seal --events N [--rounds 5] [--json]      {name, ours, limit, ratio, parts, rssMb}
//
// Ours and its limit in the same run on the same server, one round of each after the other, medians; a PostgreSQL of its own with its default settings (fsync on) in a
// scratch folder. The measuring itself runs in a bundled process of its own, as the product does: its memory is not the generator's.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import postgres from 'postgres';
import { startEmbeddedPostgres } from '@/db/embedded-postgres';
import { migrateDatabase } from '@/db/migrate';
import { bindRuntime, openRuntime } from '@/db/runtime';
import { setEnv } from '@/lib/env';
import type { BenchResult, Subject } from './subject';

const SUBJECTS: Record<string, () => Promise<{ subject: Subject }>> = {
  verify: () => import('./verify'),
  append: () => import('./append'),
  export: () => import('./export'),
  seal: () => import('./seal'),
};

const { values, positionals } = parseArgs({
  options: { events: { type: 'string', default: '200000' }, rounds: { type: 'string', default: '5' }, json: { type: 'boolean' } },
  allowPositionals: true,
});
const name = positionals[0] ?? '';
const load = SUBJECTS[name];
const [events, rounds] = [Number(values.events), Number(values.rounds)];
if (!load || !Number.isSafeInteger(events) || events < 1 || !Number.isSafeInteger(rounds) || rounds < 1) {
  console.error(`Usage: npm run bench -- ${Object.keys(SUBJECTS).join('|')} --events N [--rounds 5] [--json]`);
  process.exit(2);
}
const say = (line: string) => console.error(line);

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-bench-'));
fs.chmodSync(root, 0o755); // PostgreSQL runs as another user under root
const home = path.join(root, 'home');
fs.mkdirSync(home);
const server = await startEmbeddedPostgres({ root: path.join(root, 'server') });
let bundle: string | undefined;
try {
  const url = new URL(server.url);
  url.username = 'indelible_login';
  const here = { url: url.href, ownerUrl: server.url, isEmbedded: true, stop: async () => {} };
  setEnv({ DATABASE_URL: here.url, DATABASE_OWNER_URL: here.ownerUrl, INDELIBLE_HOME: home, INDELIBLE_HOST: 'bench.invalid' });
  await migrateDatabase(here);
  const runtime = openRuntime(here);
  bindRuntime(runtime);
  const sql = postgres(server.url, { max: 2, onnotice: () => {}, connection: { TimeZone: 'UTC' } });
  const { subject } = await load();
  const prepared = await subject.prepare({ events, rounds, sql, say });
  await Promise.all([sql.end(), runtime.stop()]);
  bundle = await bundled();
  const result = await measured(
    bundle,
    { name, events, rounds, prepared },
    { DATABASE_URL: here.url, DATABASE_OWNER_URL: here.ownerUrl, INDELIBLE_HOME: home, INDELIBLE_HOST: 'bench.invalid' },
  );
  console.log(values.json ? JSON.stringify(result) : printed(result));
} finally {
  await server.stop();
  fs.rmSync(root, { recursive: true, force: true });
  if (bundle) fs.rmSync(bundle, { recursive: true, force: true });
}
process.exit(0);

async function bundled(): Promise<string> {
  const outdir = path.resolve('node_modules/.cache', `indelible-bench-${process.pid}`); // below node_modules, so that packages are found
  await build({
    entryPoints: { child: 'bench/child.ts', 'verify-part': 'features/verification/part-worker.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  return outdir;
}

function measured(folder: string, input: object, env: Record<string, string>): Promise<BenchResult> {
  const child = spawn(process.execPath, ['--conditions=react-server', path.join(folder, 'child.mjs'), JSON.stringify(input)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((done, failed) => {
    let result: BenchResult | undefined;
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      result = JSON.parse(line);
    });
    child.once('close', (code) => (result ? done(result) : failed(new Error(`the measuring process ended with ${code}`))));
  });
}

function printed({ name: what, ours, limit, ratio, parts, rssMb }: BenchResult): string {
  const lines = Object.entries(parts).map(([part, value]) => `  ${part.padEnd(44)} ${value}`);
  return [`${what}: ${ours} events/s, limit ${limit} events/s, ratio ${ratio}, at most ${rssMb} MB`, ...lines].join('\n');
}
