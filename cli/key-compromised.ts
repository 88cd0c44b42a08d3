import { parseVkey } from '@/core/vkey';
import { declareCompromised } from '@/features/sealing/mutations/declare-compromised';
import { formatCount, plural } from '@/lib/format';
import { defineCommand, required, UsageError, wholeNumber } from './command';
import { openTrail } from './gate';

export const command = defineCommand({
  summary: 'say in the trail that a key which signed before was stolen',
  usage: '--trail T --last-trusted-size N [--vkey V]',
  help: [
    'Rotate the key first (key rotate): the act key.compromised is signed by the key that signs now, and counts for whoever was given that one. From then on checkpoints above',
    'N events that the stolen key signed alone are UNKNOWN_KEY in every verification with both keys. N is the size of the newest checkpoint by it that you trust: one that you',
    'kept elsewhere, or, where the key was copied and this machine kept honest, the size at which the new key took over (vkey: since_size), and then no kept note is lost.',
    'Without --vkey the key before the present one is meant. This cannot be taken back. --json gives {trail, vkey, by, last_trusted_size, seq, unknown}.',
  ].join('\n'),
  options: { trail: { type: 'string' }, 'last-trusted-size': { type: 'string' }, vkey: { type: 'string' } },
  async run({ values }) {
    const size = required(wholeNumber(values['last-trusted-size'], '--last-trusted-size'), '--last-trusted-size');
    if (values.vkey !== undefined && parseVkey(values.vkey) === null) throw new UsageError(`--vkey: "${values.vkey}" is no verifier key`);
    const trail = await openTrail(required(values.trail, '--trail'));
    const said = await declareCompromised(trail, size, values.vkey);
    if (!said.ok) throw new UsageError(said.reason);
    const { vkey, by, receipt, unknown } = said;
    return {
      json: { trail: trail.origin, vkey, by, last_trusted_size: size, seq: receipt.seq, unknown },
      text: [
        `event ${formatCount(receipt.seq)} of ${trail.origin} says that ${vkey} was stolen; it is trusted up to ${plural(size, 'event')}`,
        ...(unknown > 0 ? [`${plural(unknown, 'checkpoint')} that it signed above that will be named UNKNOWN_KEY from now on`] : []),
      ].join('\n'),
    };
  },
});
