import fs from 'node:fs';
import path from 'node:path';
import { sharedDir } from '../lib/test/shared';
import { test } from './quiet';
import { indelible } from './server';

const shared = sharedDir();

/** The public CloudTrail set: 55 files, 2,900 records of 10 July 2023, 11:42:18 to 12:37:50 UTC. */
export const CLOUDTRAIL = path.join(shared ?? '', 'datasets/cloudtrail-invictus-aws_dataset/CloudTrail');
/** The period that holds all of it, as an address has it. */
export const ITS_PERIOD = 'from=2023-07-10T11:42:18Z&to=2023-07-10T12:37:51Z';

export const cloudTrailFiles = (): string[] =>
  fs
    .readdirSync(CLOUDTRAIL)
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.join(CLOUDTRAIL, name));

export const skipWithoutLogs = () => test.skip(!shared, 'the public logs are missing (../shared, or INDELIBLE_SHARED)');

const made = new Map<string, Promise<void>>();

/** A trail of that name with the CloudTrail set in it as events 1 to 2,900, made at the command line beside the running server. */
export function importedTrail(name: string): Promise<void> {
  const known = made.get(name) ?? make(name);
  made.set(name, known);
  return known;
}

async function make(name: string) {
  const { json } = await indelible('trail', 'list');
  if (!(json.trails as { alias: string }[]).some(({ alias }) => alias === name)) await indelible('trail', 'create', name);
  const { json: imported } = await indelible('import', '--format', 'cloudtrail', '--trail', name, CLOUDTRAIL);
  if (imported.read !== 2900 || imported.rejected !== 0) throw new Error(`the CloudTrail set did not go into ${name}: ${JSON.stringify(imported)}`);
}
