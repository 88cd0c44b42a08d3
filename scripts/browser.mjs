import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';

const DEBIAN = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome-stable', '/usr/bin/google-chrome'];

/**
 * A browser for the tests: CHROMIUM_PATH, one of the system's, one that apt-get installs when we are root, else Playwright's own. Says what it did.
 * @param {(line: string) => void} say
 * @returns {Promise<string>} its path
 */
export async function findBrowser(say) {
  const given = process.env.CHROMIUM_PATH;
  if (given) return given;
  const here = () => DEBIAN.find((file) => fs.existsSync(file));
  if (here()) {
    say(`browser: ${here()} of the system`);
    return here();
  }
  if (process.getuid?.() === 0 && fs.existsSync('/usr/bin/apt-get')) {
    say("browser: none found; installing Debian's chromium with apt-get");
    if (aptInstall('chromium') && here()) return here();
    say("browser: apt-get could not; trying Playwright's own");
  }
  const { chromium } = await import('@playwright/test');
  if (!fs.existsSync(chromium.executablePath())) {
    say("browser: downloading Playwright's own Chromium");
    execFileSync(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'], { stdio: ['ignore', 2, 2] });
  }
  say(`browser: ${chromium.executablePath()} of Playwright`);
  return chromium.executablePath();
}

function aptInstall(name) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (...args) => spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 2] }).status === 0;
  return run('-qq', 'update') && run('-qq', 'install', '-y', '--no-install-recommends', name);
}
