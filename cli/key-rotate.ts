import { vkeyWords } from '@/core/vkey-words';
import { rotateKey } from '@/features/sealing/mutations/rotate-key';
import { formatCount } from '@/lib/format';
import { defineCommand, required } from './command';
import { openTrail } from './gate';

export const command = defineCommand({
  summary: 'put a new signing key in the place of the one that signs for a trail',
  usage: '--trail T',
  help: [
    'A new key is made beside the old one; the act key.rotated, signed by the old key, is appended to the trail; one checkpoint is signed by both keys; from then on the new',
    'one signs. The old key file is kept under its key id: notes of its time are verified with it. A running server goes on with the new key by itself.',
    'Killed anywhere, the same command finishes it, and so does the next seal. Afterwards print the new words and give the new key to everybody who has the old one: their',
    'verifications say KEY_ROTATED until they have both. Copy INDELIBLE_HOME/keys anew.',
    '--json gives {trail, old, new, words, size, earlier}: size is that of the checkpoint that both signed; earlier is true where the rotation had been finished before.',
  ].join('\n'),
  options: { trail: { type: 'string' } },
  async run({ values }, { signal }) {
    const trail = await openTrail(required(values.trail, '--trail'));
    const rotated = await rotateKey(trail, signal);
    const words = vkeyWords(rotated.new);
    return {
      json: { trail: trail.origin, old: rotated.old, new: rotated.new, words, size: rotated.size, earlier: rotated.isEarlier },
      text: [
        ...(rotated.isEarlier ? ['The rotation that was begun before had been finished already; NO key was made now. For another one, run this again.'] : []),
        `${trail.origin} is signed by a new key since the checkpoint of ${formatCount(rotated.size)} events, which both keys signed`,
        rotated.new,
        words,
        `the old key, for notes of its time: ${rotated.old}`,
      ].join('\n'),
    };
  },
});
