import { createTrail } from '@/features/trail/mutations/create-trail';
import { defineCommand, UsageError } from './command';

export const command = defineCommand({
  summary: 'make a trail of a name, with a signing key of its own',
  usage: 'NAME',
  help: [
    'NAME becomes the alias, and INDELIBLE_HOST/NAME the origin, which is hashed into every event of the trail and can never change.',
    'The vkey it prints is what others check the trail with: write it down outside this machine.',
  ].join('\n'),
  options: {},
  positionals: { min: 1, max: 1 },
  async run({ positionals: [name = ''] }) {
    const made = await createTrail(name, { synthetic: false }, 'system');
    if (!made.ok) throw new UsageError(made.reason);
    const { origin, alias, vkey } = made.trail;
    return { json: { trail: origin, alias, vkey }, text: `made ${origin}\nvkey ${vkey}` };
  },
});
