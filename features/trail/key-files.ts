// The files beside a trail's key, outside the database (SPEC §6), and who writes what:
//
//   keys/<alias>.key        the seed                     made before event 0, with the guard
//   keys/<alias>.guard      what was signed last         guard-file.ts
//   keys/<alias>.moves      how far a long way to the head was gone since
//   keys/<alias>.refused    why the signer refuses       refusal-file.ts
//   keys/<alias>.lost       what was given up            lost-file.ts
//   keys/<alias>.adopting   an adoption under way        ../sealing/adoption-file.ts
//
import { readIfThere } from '@/lib/files';
import { secretFile } from '@/lib/home';
import { log } from '@/lib/log';

/** The alias is the origin's end: `audit.example.com/main` → `main`. Key files bear it, as no name of a file holds a slash. */
export const aliasOf = (origin: string): string => origin.slice(origin.indexOf('/') + 1);

// Told once in each process, until it can be read again: the sealer looks twice a second.
const unreadable = new Set<string>();

/** The text of a file of keys/, null where there is none. A file that cannot be read, or whose name can be none, concerns its own trail and is no fault of who looks at all of them. */
export function readKeyFile(name: string): string | null | { code: string } {
  try {
    const text = readIfThere(secretFile(name));
    unreadable.delete(name);
    return text;
  } catch (err) {
    if (!unreadable.has(name)) log.error({ err, file: `keys/${name}` }, 'a file beside a key cannot be read: its trail refuses');
    unreadable.add(name);
    return { code: (err as NodeJS.ErrnoException).code ?? 'unknown' };
  }
}
