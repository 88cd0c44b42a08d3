import { vkeyWords } from '@/core/vkey-words';
import { vkeyTextOf } from '@/features/sealing/log-key';
import { defineCommand, required } from './command';
import { openTrail } from './gate';

export const command = defineCommand({
  summary: 'the verifier key of a trail, from its key file',
  usage: '--trail T',
  help: [
    'Whoever checks a checkpoint or a bundle needs this key, and must get it by another way than with what it checks: on paper, by telephone (compare the words).',
    '--json gives {vkey, words, since}.',
  ].join('\n'),
  options: { trail: { type: 'string' } },
  async run({ values }) {
    const { origin, createdAt } = await openTrail(required(values.trail, '--trail'));
    const vkey = vkeyTextOf(origin);
    const words = vkeyWords(vkey);
    return { json: { vkey, words, since: createdAt }, text: `${vkey}\n${words}\nsince ${createdAt}` };
  },
});
