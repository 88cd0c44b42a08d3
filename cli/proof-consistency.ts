import { proveConsistency } from '@/features/sealing/prove';
import { defineCommand, required, wholeNumber } from './command';
import { openTrail } from './gate';

export const command = defineCommand({
  summary: 'prove that the trail of N events begins with the trail of M events (RFC 9162 §2.1.4)',
  usage: '--trail T --from M --to N',
  help: '--json gives {origin, from, to, from_root, to_root, hashes}, all in hex.',
  options: { trail: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
  async run({ values }) {
    const from = wholeNumber(required(values.from, '--from'), '--from') as number;
    const to = wholeNumber(required(values.to, '--to'), '--to') as number;
    const { origin, fromRoot, toRoot, hashes } = await proveConsistency(await openTrail(required(values.trail, '--trail')), from, to);
    const json = { origin, from, to, from_root: fromRoot.toString('hex'), to_root: toRoot.toString('hex'), hashes: hashes.map((hash) => hash.toString('hex')) };
    const lines = [`${origin} from ${from} to ${to} events`, `root ${json.from_root}`, ...json.hashes.map((hash) => `     ${hash}`), `root ${json.to_root}`];
    return { json, text: lines.join('\n') };
  },
});
