import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimFile, releaseClaim } from '@/lib/claim';
import { AppError } from '@/lib/errors';
import { createExclusively, readIfThere } from '@/lib/files';
import { hashSources, SCREEN_SOURCES } from '@/scripts/sources.mjs';

/** Runs `next build` when the screens were never built or their sources changed since. Two starts in one clone: one builds, the other waits. */
export async function ensureScreens(root: string, say: (line: string) => void) {
  const isFresh = () => readIfThere(markerOf(root))?.trim() === hashSources(root, SCREEN_SOURCES);
  if (isFresh()) return;
  const lock = path.join(root, 'dist/screens.claim');
  for (let other = await claimFile(lock, {}); other; other = await claimFile(lock, {})) await sleep(500);
  try {
    if (!isFresh()) await build(root, say);
  } finally {
    releaseClaim(lock);
  }
}

const markerOf = (root: string) => path.join(root, '.next/indelible-sources');

async function build(root: string, say: (line: string) => void) {
  const hash = hashSources(root, SCREEN_SOURCES); // before: what changes while it builds makes it stale
  fs.rmSync(markerOf(root), { force: true });
  say('Building the screens, once after each change of the sources; this takes up to a minute …');
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const patience = setInterval(() => say(`  still building, ${seconds()} s`), 15_000);
  try {
    await runNextBuild(root, (line) => line.includes('✓') && say(`  ${line.trim()}`));
  } finally {
    clearInterval(patience);
  }
  createExclusively(markerOf(root), `${hash}\n`, 0o644);
  say(`Built in ${seconds()} s.`);
}

function runNextBuild(root: string, onLine: (line: string) => void): Promise<void> {
  const child = spawn(process.execPath, [path.join(root, 'scripts/next-build.mjs')], { cwd: root, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  const take = (chunk: Buffer) => {
    output += chunk;
    for (const line of String(chunk).split('\n')) onLine(line);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new AppError('BUILD_FAILED', { hint: `next build ended with ${code}:\n${output.slice(-6000)}` })),
    );
  });
}
