// Tiles that are being put in the place of others (mutations/rebuild-tiles.ts). On disk before they are committed, gone once the act is recorded, so that whoever comes next finds an act
// that is due. The number of the transaction says whether it came to that.
//
//   keys/<alias>.rebuilt.<id>    {"transaction": …, "at": …, "size": …, "root": hex, "tiles": ["0/1", …], "count": …, "further": …, "uid": …}
//
//   tiles     level/n of those that were gone or not what was signed, the first 100 of them; count: of all
//   further   tiles that reached further than what was signed, and were cut back
//
import fs from 'node:fs';
import { z } from 'zod';
import { sha256 } from '@/core/sha256';
import { createExclusively, readIfThere } from '@/lib/files';
import { homeFolder, secretFile } from '@/lib/home';
import { aliasOf } from '../trail/epoch-name';
import { readOrSay } from '../trail/key-files';

const rebuilding = z.object({
  transaction: z.string().regex(/^\d+$/),
  at: z.string().length(27),
  size: z.number().int().positive(),
  root: z.string().regex(/^[0-9a-f]{64}$/),
  tiles: z.array(z.string()),
  count: z.number().int().nonnegative(),
  further: z.number().int().nonnegative(),
  uid: z.number().optional(),
});
export type Rebuilding = z.infer<typeof rebuilding>;

const baseOf = (origin: string) => `${aliasOf(origin)}.rebuilt.`;

/** What one is told apart by: the same again is the same act and the same file. */
export const rebuildingText = (origin: string, one: Rebuilding): string =>
  `audit-rebuilt/v1\n${origin}\n${one.transaction}\n${one.at}\n${one.size}\n${one.root}\n`;

const fileOf = (origin: string, one: Rebuilding) => secretFile(baseOf(origin) + sha256(rebuildingText(origin, one)).toString('hex').slice(0, 16));

/** `unreadable`: names of files that cannot be read or are none of ours, which is said in the log: nobody may guess what was rebuilt. */
export function readRebuilding(origin: string): { due: Rebuilding[]; unreadable: string[] } {
  const base = baseOf(origin);
  const names = fs.readdirSync(homeFolder('keys')).filter((name) => name.startsWith(base) && /^[0-9a-f]{16}$/.test(name.slice(base.length)));
  const read = names.map((name) => ({ name, said: readOrSay(name, readOne) }));
  return {
    due: read.flatMap(({ said }) => (said === null || 'code' in said ? [] : [said])),
    unreadable: read.flatMap(({ name, said }) => (said !== null && 'code' in said ? [name] : [])),
  };
}

/** null: it was told meanwhile */
function readOne(file: string): Rebuilding | null {
  const text = readIfThere(file);
  return text === null ? null : rebuilding.parse(JSON.parse(text));
}

/** On disk when it returns. Under the sealing lock. */
export const writeRebuilding = (origin: string, one: Rebuilding): void => void createExclusively(fileOf(origin, one), `${JSON.stringify(one)}\n`);

/** It is told, or came to nothing. */
export const forgetRebuilding = (origin: string, one: Rebuilding): void => fs.rmSync(fileOf(origin, one), { force: true });
