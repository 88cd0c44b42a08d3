import { isSameKey, parseVkeys } from '@/core/checkpoint';
import { ownVkeys } from '@/features/sealing/log-key';
import type { VerifyParams } from './schema';

/**
 * Whether a run that its caller brought something to went by keys of our own alone: none were given, so that those of the key files counted, or each lies in these. What notes
 * show then that open under them is found in the trail, whoever brought them. False where our keys cannot be read.
 */
export function areKeysOurs(origin: string, { vkeys }: Pick<VerifyParams, 'vkeys'>): boolean {
  if (vkeys === undefined) return true;
  try {
    const own = ownVkeys(origin);
    const given = parseVkeys(vkeys);
    return given.length === vkeys.length && given.length > 0 && given.every((vkey) => own.some((one) => isSameKey(one, vkey)));
  } catch {
    return false; // a key file that is gone or damaged: nothing shows that they are
  }
}

/** Whether the caller brought keys or notes. */
export const isBrought = ({ vkeys, notes }: Pick<VerifyParams, 'vkeys' | 'notes'>): boolean => vkeys !== undefined || notes !== undefined;
