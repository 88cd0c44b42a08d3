// The way in of `npm start`, `npm run demo`, `npm run build` and `npm run indelible`: node scripts/launch.mjs <program> …
// Node 20 reads no TypeScript, so the programs are bundled first (dist/, made at once when missing or stale); this file and its neighbours need nothing but esbuild.
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const [program, ...args] = process.argv.slice(2);

if (!fs.existsSync(path.join(root, 'node_modules/esbuild'))) {
  console.error('The packages are not installed: run `npm ci` first.');
  process.exit(2);
}

// Names of files on the command line are the caller's; npm changes to the package's folder and says where the caller stood.
const calledFrom = process.env.npm_lifecycle_event === program && process.env.INIT_CWD ? process.env.INIT_CWD : process.cwd();
process.chdir(root);
if (fs.existsSync('.env')) process.loadEnvFile('.env'); // what the environment says already, wins

process.env.NODE_ENV = 'production'; // whatever the shell says: nothing that starts here is a development server
process.env.NEXT_TELEMETRY_DISABLED = '1';

const { ensureBundle } = await import('./bundle.mjs');
const folder = await ensureBundle(root);
process.argv = [process.argv[0], path.join(folder, `${program}.mjs`), ...args];
await (await import(path.join(folder, `${program}.mjs`))).main(args, calledFrom);
