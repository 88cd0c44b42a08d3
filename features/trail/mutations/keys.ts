import { AppError } from '@/lib/errors';
import { ensureSecret, readSecret } from '@/lib/home';

/** The number of the draft MAC key that new events use; an older event names its own. */
export const DRAFT_KEY = 1;

const KEY_BYTES = 32;

/** What binds the head row (SPEC §3). Made once, outside the database. */
export const headMacKey = (): Buffer => cached('head-mac.key', () => ensureSecret('head-mac.key', KEY_BYTES));

/** @throws AppError DRAFT_KEY_MISSING for a number whose file is gone: without it a draft sent again cannot be told from another */
export function draftMacKey(number: number = DRAFT_KEY): Buffer {
  const name = `draft-mac-${number}.key`;
  return cached(name, () => {
    const key = number === DRAFT_KEY ? ensureSecret(name, KEY_BYTES) : readSecret(name);
    if (!key) throw new AppError('DRAFT_KEY_MISSING', { hint: `keys/${name} is gone: put it back from the backup of INDELIBLE_HOME` });
    return key;
  });
}

const keys = new Map<string, Buffer>();

function cached(name: string, read: () => Buffer): Buffer {
  const known = keys.get(name);
  if (known) return known;
  const key = read();
  keys.set(name, key);
  return key;
}
