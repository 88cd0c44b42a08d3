// An adoption that is under way (mutations/adopt-guard.ts): what the guard is to begin with. On disk before the guard, gone once the act is recorded, so that whoever comes next
// finds an act that is due.
//
//   keys/<alias>.adopting    {"size": …, "root": hex, "lost": {"nextSeq": …, "lastHash": hex}}     lost: what was appended and is given up, where there is such
//
import fs from 'node:fs';
import { z } from 'zod';
import { readIfThere, replaceFile } from '@/lib/files';
import { secretFile } from '@/lib/home';
import { aliasOf, appended } from '../trail/guard-file';

const adoption = z.object({ size: z.number().int().nonnegative(), root: z.string().regex(/^[0-9a-f]{64}$/), lost: appended.optional() });
export type Adopting = z.infer<typeof adoption>;

const fileOf = (origin: string) => secretFile(`${aliasOf(origin)}.adopting`);

/** Null where none is under way. @throws where the file is none of ours: nobody may guess what was adopted */
export function readAdopting(origin: string): Adopting | null {
  const text = readIfThere(fileOf(origin));
  return text === null ? null : adoption.parse(JSON.parse(text));
}

/** On disk when it returns; of one that was begun and came to no guard, the next stands in its place. Under the sealing lock. */
export const writeAdopting = (origin: string, one: Adopting): void => replaceFile(fileOf(origin), `${JSON.stringify(one)}\n`);

export const forgetAdopting = (origin: string): void => fs.rmSync(fileOf(origin), { force: true });
