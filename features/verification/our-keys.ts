import { isSameKey, parseVkeys } from '@/core/checkpoint';
import type { Vkey } from '@/core/vkey';
import { ownVkeys } from '@/features/sealing/log-key';
import type { VerifyParams } from './schema';

/**
 * Whether a run that its caller brought something to went by our own keys: none were given, so that those of the key files counted, or all of these and no other. What notes
 * show then that open under them is found in the trail, whoever brought them. An old one alone would not do: the act that says it was stolen is believed by the newer one. False
 * where our keys cannot be read.
 */
export function areKeysOurs(origin: string, { vkeys }: Pick<VerifyParams, 'vkeys'>): boolean {
  if (vkeys === undefined) return true;
  try {
    const own = ownVkeys(origin);
    const given = parseVkeys(vkeys);
    const isIn = (keys: readonly Vkey[]) => (vkey: Vkey) => keys.some((one) => isSameKey(one, vkey));
    return given.length === vkeys.length && given.length > 0 && given.every(isIn(own)) && own.every(isIn(given));
  } catch {
    return false; // a key file that is gone or damaged: nothing shows that they are
  }
}

/** Whether the caller brought keys or notes. */
export const isBrought = ({ vkeys, notes }: Pick<VerifyParams, 'vkeys' | 'notes'>): boolean => vkeys !== undefined || notes !== undefined;
