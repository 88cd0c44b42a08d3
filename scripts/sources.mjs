import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** What the command line and the launcher are bundled from. */
export const BUNDLE_SOURCES = ['cli', 'core', 'db', 'features', 'jobs', 'lib', 'bench', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** What `next build` reads. */
export const SCREEN_SOURCES = [
  ...['app', 'components', 'core', 'db', 'features', 'jobs', 'lib', 'public', 'instrumentation.ts', 'instrumentation-node.ts', 'proxy.ts'],
  ...['next.config.mjs', 'postcss.config.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'],
];

/**
 * A hash over names and contents: two trees with the same sources have the same build, whatever their clocks, and a switch of branches back and forth is no change.
 * @param {string} root
 * @param {string[]} sources folders and files below root; one that is missing counts as empty
 */
export function hashSources(root, sources) {
  const hash = crypto.createHash('sha256').update(process.version);
  for (const source of sources) {
    for (const file of filesBelow(path.join(root, source))) {
      const content = fs.readFileSync(file);
      hash.update(`\n${path.relative(root, file)}\n${content.length}\n`).update(content);
    }
  }
  return hash.digest('hex').slice(0, 20);
}

/** @returns {string[]} */
function filesBelow(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return /\.test\.tsx?$/.test(file) ? [] : [file];
  const names = fs.readdirSync(file).sort();
  return names.flatMap((name) => (name === 'test' || name === 'testdata' || name === 'node_modules' ? [] : filesBelow(path.join(file, name))));
}
