import { vkeyWords } from '@/core/vkey-words';
import { keyStart } from '@/features/sealing/key-start';
import { formatCount } from '@/lib/format';
import { defineCommand, required } from './command';
import { openTrail } from './gate';

export const command = defineCommand({
  summary: 'the verifier key of a trail, from its key file',
  usage: '--trail T',
  help: [
    'Whoever checks a checkpoint or a bundle needs this key, and must get it by another way than with what it checks: on paper, by telephone (compare the words).',
    '--json gives {vkey, words, since}; after a rotation also since_size, the size of the checkpoint with which this key took over, and before, the keys it followed',
    '[{vkey, words, since_size}], the newest first: notes of their time are verified with them.',
  ].join('\n'),
  options: { trail: { type: 'string' } },
  async run({ values }) {
    const { origin, createdAt } = await openTrail(required(values.trail, '--trail'));
    const { vkey, size, at, before } = keyStart(origin);
    const words = vkeyWords(vkey);
    const since = at ?? createdAt;
    if (before.length === 0) return { json: { vkey, words, since }, text: `${vkey}\n${words}\nsince ${since}` };
    const earlier = before.map((one) => ({ vkey: one.vkey, words: vkeyWords(one.vkey), since_size: one.size }));
    const lines = earlier.flatMap((one) => ['', one.vkey, one.words, `before, since size ${formatCount(one.since_size)}`]);
    return {
      json: { vkey, words, since, since_size: size, before: earlier },
      text: [vkey, words, `since ${since}, size ${formatCount(size)}`, ...lines].join('\n'),
    };
  },
});
