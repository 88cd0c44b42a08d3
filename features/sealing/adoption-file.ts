// Adoptions that are under way (mutations/adopt-guard.ts): what the guard is to stand at. On disk before the guard, gone once the act is recorded, so that whoever comes next
// finds an act that is due; more than one where a second was begun before the first could be recorded.
//
//   keys/<alias>.adopting    [{"size": …, "root": hex, "lost": [{"nextSeq": …, "lastHash": hex}, …]}, …]     lost: what was appended and is given up, where there is such
//
import fs from 'node:fs';
import { z } from 'zod';
import { readIfThere, replaceFile } from '@/lib/files';
import { secretFile } from '@/lib/home';
import { appendedList } from '../trail/appended';
import { aliasOf } from '../trail/key-files';

const adoption = z.object({ size: z.number().int().nonnegative(), root: z.string().regex(/^[0-9a-f]{64}$/), lost: appendedList.optional() });
export type Adopting = z.infer<typeof adoption>;

/** One by itself is what earlier versions wrote. */
const adoptions = z.union([z.array(adoption), adoption.transform((one) => [one])]);

const fileOf = (origin: string) => secretFile(`${aliasOf(origin)}.adopting`);

/** In the order in which they were begun. @throws where the file is none of ours: nobody may guess what was adopted */
export function readAdopting(origin: string): Adopting[] {
  const text = readIfThere(fileOf(origin));
  return text === null ? [] : adoptions.parse(JSON.parse(text));
}

/** On disk when it returns, behind those that are due. Under the sealing lock. */
export const writeAdopting = (origin: string, one: Adopting): void => write(origin, [...others(origin, one), one]);

/** It is told, or came to no guard. */
export function forgetAdopting(origin: string, one: Adopting): void {
  const rest = others(origin, one);
  if (rest.length > 0) write(origin, rest);
  else fs.rmSync(fileOf(origin), { force: true });
}

const write = (origin: string, all: readonly Adopting[]) => replaceFile(fileOf(origin), `${JSON.stringify(all)}\n`);

const others = (origin: string, one: Adopting): Adopting[] => readAdopting(origin).filter((other) => JSON.stringify(other) !== JSON.stringify(one));
