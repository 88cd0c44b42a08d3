import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { getCheckpoint } from '@/features/sealing/prove';
import { AppError } from '@/lib/errors';
import { defineCommand, required, wholeNumber } from './command';
import { openTrail } from './gate';
import { openOutFile } from './out-file';

export const command = defineCommand({
  summary: 'the signed checkpoint of a trail: how many events there are, and the root of the tree over them',
  usage: '--trail T [--size N] [--out F]',
  help: [
    'Without --size, what is there is sealed first and the newest checkpoint given. The note is printed as it is, byte for byte: keep it where the database',
    'administrator cannot reach it, and a later history that contradicts it is found (verify --checkpoint).',
    '--json gives {origin, size, root, note}.',
  ].join('\n'),
  options: { trail: { type: 'string' }, size: { type: 'string' }, out: { type: 'string' } },
  async run({ values }, { fileOf, signal }) {
    const size = wholeNumber(values.size, '--size');
    const trail = await openTrail(required(values.trail, '--trail'));
    if (size === undefined) {
      const outcome = await sealTrail(trail, signal);
      if (!outcome.ok) throw new AppError('SIGNER_REFUSED', { hint: `${trail.origin} is not sealed: ${outcome.reason}` });
    }
    const { origin, size: signed, root, note } = await getCheckpoint(trail, size);
    if (values.out !== undefined) {
      const file = await openOutFile(fileOf(values.out));
      await file.write(Buffer.from(note));
      await file.keep();
    }
    // print() ends the text with the note's own last line break
    return { json: { origin, size: signed, root: root.toString('hex'), note }, text: note.slice(0, -1) };
  },
});
