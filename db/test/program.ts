// A program of a test that runs in processes of its own: what locks inside one process cannot show, and what kill -9 leaves. At the top of a file, behind freshDatabase():
//
//   const appender = program('features/trail/test/append-worker.ts', env);
//   const one = appender.start(['main', '3']);  await one.ready;  one.go();  expect(await one.left).toBe(0);
//
// A program prints `ready` and then one line of JSON for each thing it has done. It is bundled once, below node_modules, so that packages are found and a process begins in
// a fraction of a second; what still runs at the end of the file is killed.
//
// `stops` names functions before and behind which a process can be made to die, without a trace of that in the product: they are wrapped when the program is bundled.
//
//   const signer = program('…/seal-worker.ts', env, { 'features/trail/guard-file.ts': ['writeGuard'] });
//   signer.start(['main'], { stopAt: 'before writeGuard' })       or 'after writeGuard': kill -9 by itself, there; 'after writeGuard #2': at the second call
//
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Functions by the file (from the root) that exports them. A call from inside that file is not seen. */
export type Stops = Record<string, readonly string[]>;

export type Started<Line> = {
  child: ChildProcessWithoutNullStreams;
  /** What it has said since `ready`. */
  lines: Line[];
  ready: Promise<void>;
  /** Its exit code, null where it was killed. */
  left: Promise<number | null>;
  go: () => void;
  kill: () => Promise<void>;
};

/** Bundles a program for the tests of a file. @param entry from the root. @returns where it will lie */
export function bundled(entry: string, stops: Stops = {}): string {
  const outfile = path.join(root, 'node_modules/.cache', `${path.basename(entry, '.ts')}-${process.pid}-${crypto.randomBytes(3).toString('hex')}.mjs`);
  beforeAll(() =>
    build({
      entryPoints: [path.join(root, entry)],
      outfile,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      plugins: [stopping(stops)],
      logLevel: 'error',
    }),
  );
  afterAll(() => fs.rmSync(outfile, { force: true }));
  return outfile;
}

/** @param entry from the root. @param env the settings of the processes */
export function program<Line>(entry: string, env: Record<string, string>, stops: Stops = {}) {
  const outfile = bundled(entry, stops);
  const children: ChildProcessWithoutNullStreams[] = [];
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  function start(args: readonly string[], { stopAt = '', env: own = {} }: { stopAt?: string; env?: Record<string, string> } = {}): Started<Line> {
    const child = spawn(process.execPath, ['--conditions=react-server', outfile, ...args], {
      cwd: root,
      env: { ...process.env, ...env, ...own, STOP_AT: stopAt },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stderr.pipe(process.stderr);
    child.stdin.on('error', () => {}); // it may be gone
    children.push(child);
    const lines: Line[] = [];
    const left = new Promise<number | null>((done) => child.once('close', done));
    const ready = new Promise<void>((done, failed) => {
      readline.createInterface({ input: child.stdout }).on('line', (line) => {
        if (line === 'ready') done();
        else lines.push(JSON.parse(line));
      });
      child.once('exit', () => failed(new Error(`${entry} left before it was ready`)));
    });
    ready.catch(() => {}); // for who waits for its end alone
    return {
      child,
      lines,
      ready,
      left,
      go: () => void child.stdin.write('go\n'),
      kill: async () => {
        child.kill('SIGKILL');
        await left;
      },
    };
  }
  return { start };
}

/** Puts a wrapper in the place of each file that has stops. The wrapper alone sees the file itself. */
function stopping(stops: Stops): Plugin {
  const files = new Map(Object.entries(stops).map(([file, names]) => [path.join(root, file), names]));
  return {
    name: 'stopping',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /^[.@]/ }, async ({ path: wanted, pluginData, ...rest }) => {
        if (pluginData === 'looked' || rest.namespace === 'stopping') return undefined;
        const found = await resolve(wanted, { ...rest, pluginData: 'looked' });
        return files.has(found.path) ? { path: found.path, namespace: 'stopping' } : found;
      });
      onLoad({ filter: /.*/, namespace: 'stopping' }, ({ path: file }) => ({
        resolveDir: path.dirname(file),
        loader: 'js',
        contents: [
          `export * from ${JSON.stringify(file)}; import * as real from ${JSON.stringify(file)};`,
          "const [at, nth = '1'] = process.env.STOP_AT.split(' #'); let met = 0;",
          "const stop = (here) => { if (here !== at || ++met < Number(nth)) return; process.kill(process.pid, 'SIGKILL'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); };",
          ...(files.get(file) ?? []).map(
            (name) =>
              `export const ${name} = (...args) => { stop('before ${name}'); const end = real.${name}(...args);
               if (end instanceof Promise) return end.then((value) => { stop('after ${name}'); return value; }); stop('after ${name}'); return end; };`,
          ),
        ].join('\n'),
      }));
    },
  };
}
