// Adoptions that are under way (mutations/adopt-guard.ts): what the guard is to stand at. On disk before the guard, gone once the act is recorded, so that whoever comes next
// finds an act that is due; more than one where a second was begun before the first could be recorded. Each is a file of its own: who begins one and who has told another, at the
// same moment, do not touch each other's.
//
//   keys/<alias>.adopting.<id>    {"size": …, "root": hex, "lost": [{"nextSeq": …, "lastHash": hex}, …], "damaged": hex, "found": {"run": …, "counts": {…}}}
//
//   lost      what was appended and is given up, where there is such
//   damaged   the SHA-256 of a refusal that could not be understood, and is put aside
//   found     what the verification before it found beside the rows, by code
//
import fs from 'node:fs';
import { z } from 'zod';
import { sha256 } from '@/core/sha256';
import { createExclusively, readIfThere, replaceFile } from '@/lib/files';
import { homeFolder, secretFile } from '@/lib/home';
import { appendedList } from '../trail/appended';
import { aliasOf } from '../trail/epoch-name';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const adoption = z.object({
  size: z.number().int().nonnegative(),
  root: hex64,
  lost: appendedList.optional(),
  damaged: hex64.optional(),
  found: z.object({ run: z.number(), counts: z.record(z.string(), z.number()) }).optional(),
});
export type Adopting = z.infer<typeof adoption>;

const baseOf = (origin: string) => `${aliasOf(origin)}.adopting`;

/** What an adoption is told apart by: the same again is the same act and the same file. */
export function adoptionText(origin: string, { size, root, lost = [], damaged, found }: Adopting): string {
  const given = lost.map(({ nextSeq, lastHash }) => `${nextSeq}\n${lastHash}\n`).join('');
  const aside = damaged === undefined ? '' : `damaged\n${damaged}\n`;
  const named = found === undefined ? '' : `found\n${found.run}\n${JSON.stringify(found.counts)}\n`;
  return `audit-adoption/v1\n${origin}\n${size}\n${root}\n${given}${aside}${named}`;
}

const fileOf = (origin: string, one: Adopting) => secretFile(`${baseOf(origin)}.${sha256(adoptionText(origin, one)).toString('hex').slice(0, 16)}`);

/** In the order in which they were begun. @throws where a file is none of ours: nobody may guess what was adopted */
export function readAdopting(origin: string): Adopting[] {
  const base = baseOf(origin);
  const names = fs.readdirSync(homeFolder('keys')).filter((name) => name.startsWith(`${base}.`) && /^[0-9a-f]{16}$/.test(name.slice(base.length + 1)));
  const files = names.map(secretFile).flatMap((file) => {
    const text = readIfThere(file); // or it was told meanwhile
    return text === null ? [] : [{ one: adoption.parse(JSON.parse(text)), at: fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }];
  });
  return [...readEarlier(origin), ...files.sort((a, b) => a.at - b.at).map(({ one }) => one)];
}

/** On disk when it returns. Under the sealing lock. */
export const writeAdopting = (origin: string, one: Adopting): void => void createExclusively(fileOf(origin, one), `${JSON.stringify(one)}\n`);

/** It is told, or came to no guard. */
export function forgetAdopting(origin: string, one: Adopting): void {
  fs.rmSync(fileOf(origin, one), { force: true });
  const earlier = readEarlier(origin);
  const rest = earlier.filter((other) => adoptionText(origin, other) !== adoptionText(origin, one));
  if (rest.length === earlier.length) return;
  if (rest.length > 0) replaceFile(secretFile(baseOf(origin)), `${JSON.stringify(rest)}\n`);
  else fs.rmSync(secretFile(baseOf(origin)), { force: true });
}

/** Earlier versions kept all in one file, `keys/<alias>.adopting`, and before that one alone. Nothing is added to it any more. */
function readEarlier(origin: string): Adopting[] {
  const text = readIfThere(secretFile(baseOf(origin)));
  return text === null ? [] : z.union([z.array(adoption), adoption.transform((one) => [one])]).parse(JSON.parse(text));
}
