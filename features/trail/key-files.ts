// The files beside a trail's key, outside the database (SPEC §6), and who writes what:
//
//   keys/<alias>.key                 the seed                     made before event 0, with the guard
//   keys/<alias>.next.key            the seed that follows it     before a rotation says so, till it takes that place     ../sealing/log-key.ts
//   keys/<alias>.<key id>.key        seeds that went              8 hex digits of the key
//   keys/<alias>.rotating            the key that goes, till somebody was told that it went     ../sealing/mutations/rotate-key.ts
//   keys/<alias>.sealing             which process seals          ../sealing/sealing-lock.ts
//   keys/<alias>.guard               what was signed last         guard-file.ts
//   keys/<alias>.moves               how far a long way to the head was gone since
//   keys/<alias>.refused             why the signer refuses       refusal-file.ts
//   keys/<alias>.refused.<hex>       one put aside, damaged by an adoption or of a row that was none: the first 16 digits of its SHA-256
//   keys/<alias>.known/<name>        what was known to be appended, where somebody refused     known-files.ts
//   keys/<alias>.lost                what was given up            lost-file.ts
//   keys/<alias>.adopting.<id>       an adoption under way        ../sealing/adoption-file.ts
//   keys/<alias>.rebuilt.<id>        tiles that were put in the place of others, till the act is recorded     ../sealing/rebuild-file.ts
//   keys/<alias>.starts              what became of the schedule  ../verification/schedule/starts-file.ts
import fs from 'node:fs';
import { readIfThere } from '@/lib/files';
import { secretFile } from '@/lib/home';
import { log } from '@/lib/log';

/** The text of a file of keys/, null where there is none. A file that cannot be read, or whose name can be none, concerns its own trail and is no fault of who looks at all of them. */
export const readKeyFile = (name: string): string | null | { code: string } => readOrSay(name, readIfThere);

// Told once in each process, until it can be read again: the sealer looks twice a second.
const unreadable = new Set<string>();

/** The same for any way to read something of keys/. */
export function readOrSay<T>(name: string, read: (file: string) => T): T | { code: string } {
  try {
    const found = read(secretFile(name));
    unreadable.delete(name);
    return found;
  } catch (err) {
    if (!unreadable.has(name)) log.error({ err, file: `keys/${name}` }, 'a file beside a key cannot be read: its own trail alone goes without what it says');
    unreadable.add(name);
    return { code: (err as NodeJS.ErrnoException).code ?? 'unknown' };
  }
}

/** Whether a file of keys/ lies there, whatever it says; null where nobody can look. A name that can be none has none. */
export function isKeyFileThere(name: string): boolean | null {
  try {
    return fs.lstatSync(secretFile(name), { throwIfNoEntry: false }) !== undefined;
  } catch (err) {
    return ['SECRET_NAME', 'ENAMETOOLONG'].includes((err as NodeJS.ErrnoException).code ?? '') ? false : null;
  }
}

/** Why a file or folder of keys/ says nothing. */
export const unreadReason = (name: string, code: string, kind = 'file'): string =>
  code === 'SECRET_NAME' ? 'no trail of such a name is made here: somebody wrote its row' : `the ${kind} keys/${name} cannot be read (${code})`;
