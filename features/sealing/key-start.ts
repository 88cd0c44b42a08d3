import { openCheckpoint, vkeyText } from '@/core/checkpoint';
import type { Vkey } from '@/core/vkey';
import { readRotationNote } from './checkpoint-file';
import { nextKeyOf, ownVkeys } from './log-key';
import { rotatedAt } from './sign-log-act';

/** The key that signs for a trail now. `size`: events that were sealed when it took over, 0 for the first key; `at`: when, null for the first. `before`: the keys it followed. */
export type KeyStart = { vkey: string; size: number; at: string | null; before: { vkey: string; size: number }[] };

/** From the files beside the key, with the signatures of both keys checked. `before` newest first, `size` of each as of the key itself. @throws AppError KEY_MISSING */
export function keyStart(origin: string): KeyStart {
  const next = nextKeyOf(origin); // of a rotation under way: it signs nothing alone yet
  const [current, ...others] = ownVkeys(origin).filter(({ publicKey }) => !next?.publicKey.equals(publicKey)) as [Vkey, ...Vkey[]];
  const sizeOf = (vkey: Vkey) => {
    const note = readRotationNote(origin, vkey.keyId);
    const opened = note === null ? null : openCheckpoint(note, [vkey], origin);
    return opened?.ok ? opened.checkpoint.size : 0;
  };
  const before = others.map((vkey) => ({ vkey: vkeyText(vkey), size: sizeOf(vkey) })).sort((a, b) => b.size - a.size);
  return { vkey: vkeyText(current), size: sizeOf(current), at: rotatedAt(origin, vkeyText(current)), before };
}
