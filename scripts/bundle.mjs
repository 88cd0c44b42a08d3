import fs from 'node:fs';
import path from 'node:path';
import { BUNDLE_SOURCES, hashSources } from './sources.mjs';

const KEPT = 3; // a process that runs from an older bundle may still load a part of it

/**
 * The folder with the bundle of the sources as they are now: dist/<hash of the sources>/. It appears in one step, so that two commands in a fresh clone do not meet in it.
 * @param {string} root
 */
export async function ensureBundle(root) {
  const dist = path.join(root, 'dist');
  const folder = path.join(dist, hashSources(root, BUNDLE_SOURCES));
  if (fs.existsSync(folder)) return folder;
  fs.mkdirSync(dist, { recursive: true });
  const draft = fs.mkdtempSync(path.join(dist, 'new-'));
  try {
    await bundle(root, draft);
    fs.chmodSync(draft, 0o755); // mkdtemp makes 0700
    fs.renameSync(draft, folder);
  } catch (error) {
    if (!fs.existsSync(folder)) throw error; // else another process was first
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
  removeOld(dist);
  return folder;
}

async function bundle(root, outdir) {
  const { build, stop } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: { indelible: 'cli/main.ts', start: 'cli/start/main.ts', build: 'cli/start/build.ts', 'verify-part': 'features/verification/part-worker.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true, // a command loads what it needs
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['react-server'], // empties `server-only`, which throws outside Next
    external: ['@node-rs/argon2', 'pg-native', 'next', 'next/*'], // native, or not ours to bundle
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  await stop(); // its helper process would stay beside a server
}

function removeOld(dist) {
  const folders = fs
    .readdirSync(dist)
    .filter((name) => /^[0-9a-f]{20}$/.test(name))
    .map((name) => ({ name, at: fs.statSync(path.join(dist, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of folders.slice(KEPT)) fs.rmSync(path.join(dist, name), { recursive: true, force: true });
}
