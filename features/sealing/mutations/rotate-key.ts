import fs from 'node:fs';
import { vkeyText } from '@/core/checkpoint';
import { parseVkey, type Vkey } from '@/core/vkey';
import { AppError } from '@/lib/errors';
import { createExclusively, readIfThere } from '@/lib/files';
import { secretFile } from '@/lib/home';
import { aliasOf } from '../../trail/epoch-name';
import { keyStart } from '../key-start';
import { ensureNextKey, nextKeyOf, ownVkey } from '../log-key';
import { withSealingLock } from '../sealing-lock';
import { type SealedTrail, sealStep } from './seal-trail';

/** `size`: events under the checkpoint that both keys signed; above it the new key signs alone. `isEarlier`: it had been finished before, and no key was made now. */
export type RotatedKey = { old: string; new: string; size: number; isEarlier: boolean };

/**
 * Puts a new key in the place of the one that signs for a trail (SPEC §6; the steps stand in rotation.ts). Killed anywhere, the same call goes on, and so does every sealer; a
 * rotation that was finished minutes ago and whose answer nobody got is answered, as an earlier one, and not made again.
 * @throws AppError SIGNER_REFUSED and what else keeps the trail from taking an event: the rotation stays under way, and is finished once the reason is gone; CANCELLED
 */
export async function rotateKey(trail: SealedTrail, signal?: AbortSignal): Promise<RotatedKey> {
  const { origin } = trail;
  const { old, isEarlier } = await withSealingLock(origin, async () => begin(origin));
  while (nextKeyOf(origin) !== null) {
    if (signal?.aborted) throw new AppError('CANCELLED', { hint: 'the rotation is under way: the next seal finishes it, and so does the same command again' });
    const outcome = await sealStep(trail);
    if (!outcome.ok) throw new AppError('SIGNER_REFUSED', { hint: `the key of ${origin} is not rotated yet: ${outcome.reason}` });
    if (outcome.rotationWaits) throw outcome.rotationWaits;
  }
  const { vkey, size } = keyStart(origin);
  fs.rmSync(markOf(origin), { force: true });
  return { old: vkeyText(old), new: vkey, size, isEarlier };
}

const ANSWER_MS = 15 * 60_000;

const markOf = (origin: string) => secretFile(`${aliasOf(origin)}.rotating`);

/**
 * The file `<alias>.rotating` names the key that goes, until somebody was told that it went. Where a seal finished it long ago, nobody waits for that answer any more, and
 * who calls now wants a new key.
 */
function begin(origin: string): { old: Vkey; isEarlier: boolean } {
  const file = markOf(origin);
  const left = readIfThere(file)?.trim();
  if (left && left !== vkeyText(ownVkey(origin)) && parseVkey(left) && nextKeyOf(origin) === null && Date.now() - fs.statSync(file).mtimeMs > ANSWER_MS)
    fs.rmSync(file);
  createExclusively(file, `${vkeyText(ownVkey(origin))}\n`);
  const old = parseVkey((readIfThere(file) ?? '').trim());
  if (old === null)
    throw new AppError('ROTATION_FORM', { hint: `${file} does not name a key: it was not written by this command. Look at it, and take it away` });
  const isDone = vkeyText(old) !== vkeyText(ownVkey(origin));
  if (!isDone) ensureNextKey(origin);
  return { old, isEarlier: isDone && nextKeyOf(origin) === null };
}
