// `npm test`: format, lint, types, unit, database and browser tests. `npm test -- unit db` runs those steps alone. All steps run, also after one that failed, so that one
// run shows everything; the last line adds up the tests of vitest and playwright, and a step without tests of its own that failed counts as one.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findBrowser } from './browser.mjs';

const root = path.resolve(import.meta.dirname, '..');
process.chdir(root);
const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-reports-'));
const total = { passed: 0, failed: 0, skipped: 0 };

const steps = {
  lint: () => tool('format and lint', '@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  types: () => tool('types', 'next/dist/bin/next', ['typegen']) && tool('types', 'typescript/bin/tsc', ['--noEmit']),
  unit: () => vitest('unit'),
  db: () => vitest('db', 'db-alone'),
  build: () => run('build', process.execPath, ['scripts/launch.mjs', 'build']),
  e2e,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in steps));
if (unknown.length) {
  console.error(`There is no step ${unknown.join(', ')}; there are: ${Object.keys(steps).join(', ')}`);
  process.exit(2);
}
const failures = [];
for (const [name, step] of Object.entries(steps)) {
  if (wanted.length && !wanted.includes(name)) continue;
  const startedAt = Date.now();
  console.log(`\n── ${name} ──`);
  if (!(await step())) failures.push(name);
  console.log(`── ${name}: ${failures.includes(name) ? 'FAILED' : 'good'}, ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}
fs.rmSync(reports, { recursive: true, force: true });
if (failures.length) console.log(`\nFailed: ${failures.join(', ')}`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
process.exit(failures.length ? 1 : 0);

function vitest(...projects) {
  const report = path.join(reports, `${projects[0]}.json`);
  const args = ['run', ...projects.flatMap((project) => ['--project', project]), '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const isGood = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...args]);
  const sums = readReport(report);
  return count(isGood, sums && { passed: sums.numPassedTests, failed: sums.numFailedTests, skipped: sums.numPendingTests + sums.numTodoTests });
}

async function e2e() {
  let browser;
  try {
    browser = await findBrowser(console.log);
  } catch (error) {
    console.error(`no browser: ${error.message}`);
    return count(false, null);
  }
  const report = path.join(reports, 'e2e.json');
  const isGood = spawn(process.execPath, ['node_modules/@playwright/test/cli.js', 'test'], { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: report });
  const sums = readReport(report)?.stats;
  return count(isGood, sums && { passed: sums.expected, failed: sums.unexpected + sums.flaky, skipped: sums.skipped });
}

function tool(_step, bin, args) {
  return run(bin, process.execPath, [path.join('node_modules', bin), ...args]);
}

function run(_name, command, args) {
  const isGood = spawn(command, args);
  return isGood || count(false, null);
}

/** A runner that failed without a failed test (a broken file, a server that did not start) is one failure. */
function count(isGood, sums) {
  for (const key of Object.keys(total)) total[key] += sums?.[key] ?? 0;
  if (!isGood && !sums?.failed) total.failed += 1;
  return isGood;
}

function spawn(command, args, env = {}) {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env } }).status === 0;
}

function readReport(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null;
}
