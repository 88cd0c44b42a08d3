import { proveInclusion } from '@/features/sealing/prove';
import { defineCommand, required, wholeNumber } from './command';
import { openTrail } from './gate';

export const command = defineCommand({
  summary: 'prove that an event lies under a checkpoint (RFC 9162 §2.1.3)',
  usage: '--trail T --seq N [--size S]',
  help: 'S is the size of a signed checkpoint, the newest unless given. --json gives {origin, seq, size, leaf, root, hashes}, hashes in hex from the leaf up.',
  options: { trail: { type: 'string' }, seq: { type: 'string' }, size: { type: 'string' } },
  async run({ values }) {
    const seq = wholeNumber(required(values.seq, '--seq'), '--seq') as number;
    const size = wholeNumber(values.size, '--size');
    const proof = await proveInclusion(await openTrail(required(values.trail, '--trail')), seq, size);
    const hashes = proof.hashes.map((hash) => hash.toString('hex'));
    const json = { ...proof, leaf: proof.leaf.toString('hex'), root: proof.root.toString('hex'), hashes };
    const lines = [
      `event ${proof.seq} of ${proof.origin} in ${proof.size} events`,
      `leaf ${json.leaf}`,
      ...hashes.map((hash) => `     ${hash}`),
      `root ${json.root}`,
    ];
    return { json, text: lines.join('\n') };
  },
});
