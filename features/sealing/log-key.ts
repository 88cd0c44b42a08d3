import { type LogKey, makeLogKey, parseVkey, type Vkey, vkeyOf } from '@/core/vkey';
import { AppError } from '@/lib/errors';
import { readSecret } from '@/lib/home';
import { aliasOf } from '../trail/guard-file';

/** The key that signs for a trail, from its file. @throws AppError KEY_MISSING */
export function logKeyOf(origin: string): LogKey {
  const seed = readSecret(`${aliasOf(origin)}.key`);
  if (!seed) {
    throw new AppError('KEY_MISSING', { hint: `keys/${aliasOf(origin)}.key is gone: put it back from the backup of INDELIBLE_HOME; a new key would not fit` });
  }
  return makeLogKey(seed);
}

/** The verifier key, from the key file and never from the database (SPEC §6). */
export const vkeyTextOf = (origin: string): string => vkeyOf(origin, logKeyOf(origin).publicKey);

export const ownVkey = (origin: string): Vkey => parseVkey(vkeyTextOf(origin)) as Vkey;
