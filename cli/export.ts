import { diskFault } from '@/features/evidence/files';
import { openExport } from '@/features/evidence/read-export';
import { formatCount, plural } from '@/lib/format';
import { defineCommand, required } from './command';
import { FILTER_HELP, filterOption } from './filter-option';
import { openTrail } from './gate';
import { openOutFile } from './out-file';

export const command = defineCommand({
  summary: 'write events as JSON Lines, with the exact texts that were hashed',
  usage: '--trail T [--filter F] --out FILE',
  help: `Each line is {"seq","prev","header","payload","event_hash"}; header and payload are strings that hold the canonical text. Every event is hashed again on the way:
one that fails ends the export without a file. FILE is not overwritten if it holds something.
${FILTER_HELP}
The export is recorded as audit.export before its first line; if it cannot be recorded, there is none.`,
  options: { trail: { type: 'string' }, filter: { type: 'string' }, out: { type: 'string' } },
  async run({ values }, { fileOf, signal }) {
    const name = fileOf(required(values.out, '--out'));
    const filter = filterOption(values.filter);
    const trail = await openTrail(required(values.trail, '--trail'));
    const out = await openOutFile(name);
    try {
      const { selection, bytes } = await openExport({ trail, scope: trail.scope, filter, format: 'jsonl', actor: 'system', signal });
      for await (const piece of bytes) await out.write(piece);
      const { sha256 } = await out.keep();
      return {
        json: { trail: trail.origin, rows: selection.matched, out: name, sha256 },
        text: `${plural(selection.matched, 'event')} of ${formatCount(selection.inRange)} in ${name}\nsha256 ${sha256}`,
      };
    } catch (cause) {
      await out.drop();
      throw diskFault(cause);
    }
  },
});
