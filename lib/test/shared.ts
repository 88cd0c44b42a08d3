import fs from 'node:fs';
import path from 'node:path';

/**
 * The folder with published vectors and real logs that tests read (never part of this repository): INDELIBLE_SHARED, or `shared` beside the checkout.
 * Null where it is missing, so that a bare clone can skip those tests with a message; under CI=true a missing folder is an error.
 */
export function sharedDir(): string | null {
  const { INDELIBLE_SHARED, CI } = process.env;
  const dir = INDELIBLE_SHARED ?? path.resolve(import.meta.dirname, '../../../shared');
  if (fs.existsSync(path.join(dir, 'vectors'))) return dir;
  if (CI === 'true') throw new Error(`${dir} is missing: under CI the published vectors and datasets must be there`);
  console.warn(`skipped: ${dir} is missing (published vectors and datasets)`);
  return null;
}
