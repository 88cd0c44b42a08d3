import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defineConfig, devices } from '@playwright/test';
import { freePort } from './e2e/free-port';
import { ADMIN } from './e2e/server';

// This file is loaded again in every worker: port and home are chosen once, by the first, and handed on through the environment.
if (!process.env.E2E_HOME) {
  process.env.E2E_PORT = String(await freePort());
  process.env.E2E_HOME = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible e2e '));
  const home = process.env.E2E_HOME;
  fs.chmodSync(home, 0o711); // as root, PostgreSQL runs as another user and has to get in
  process.once('exit', () => fs.rmSync(home, { recursive: true, force: true })); // not a global teardown: that comes before the server has stopped
}
const port = Number(process.env.E2E_PORT);

export default defineConfig({
  testDir: 'e2e',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  retries: 0, // a flaky test is a bug
  workers: 1, // the journeys share one server and one trail
  forbidOnly: process.env.CI === 'true',
  reporter: [['list'], ...(process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['json'] as const] : [])],
  outputDir: 'test-results',
  use: {
    ...devices['Desktop Chrome'],
    channel: undefined,
    baseURL: `http://127.0.0.1:${port}`,
    trace: 'off', // recording every step of every journey takes as long as the journeys; --trace on shows one that failed
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', // scripts/browser.mjs finds or installs one
      args: [
        '--no-sandbox', // Chromium refuses to start as root otherwise
        '--disable-dev-shm-usage', // small /dev/shm in containers
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    // the launcher itself, not `npm start`: the signal must reach it
    command: `"${process.execPath}" scripts/launch.mjs start`,
    url: `http://127.0.0.1:${port}/sign-in`,
    timeout: 240_000, // it may have to build
    reuseExistingServer: false,
    stdout: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
    env: {
      INDELIBLE_HOST: 'audit.example.com',
      INDELIBLE_HOME: process.env.E2E_HOME,
      INDELIBLE_URL: `http://127.0.0.1:${port}`,
      INDELIBLE_ADMIN_EMAIL: ADMIN.email,
      INDELIBLE_ADMIN_PASSWORD: ADMIN.password,
      PORT: String(port),
      DATABASE_URL: '',
      DATABASE_OWNER_URL: '',
    },
  },
});
