import fs from 'node:fs';
import { diskFault } from '@/features/evidence/files';
import { getRangeFault } from '@/features/evidence/queries/selection';
import { openDownload } from '@/features/evidence/read-bundle';
import { bundleResult } from '@/features/evidence/schema';
import { runNow } from '@/jobs/runs';
import { AppError } from '@/lib/errors';
import { formatBytes, formatCount, plural } from '@/lib/format';
import { defineCommand, required, UsageError, wholeNumber } from './command';
import { FILTER_HELP, filterOption } from './filter-option';
import { openTrail } from './gate';
import { openOutFile } from './out-file';

const TELL_MS = 5_000;

export const command = defineCommand({
  summary: 'make an evidence bundle: a zip that others can check',
  usage: '--trail T [--filter F] [--from N] [--to N] --level selection --out FILE.zip',
  help: `The range is [from,to) of event numbers; without --to up to the newest. FILE.zip is not overwritten if it holds something.
--level selection: each event is whole, and nothing is said of the others.
${FILTER_HELP}
The bundle is also kept below INDELIBLE_HOME/bundles and shown on the Evidence screen; making it is recorded as bundle.created, the copy to FILE.zip as bundle.downloaded.`,
  options: {
    trail: { type: 'string' },
    filter: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    level: { type: 'string', default: 'selection' },
    out: { type: 'string' },
  },
  async run({ values }, { fileOf, say, signal }) {
    if (values.level !== 'selection') throw new UsageError(`--level: there is "selection" alone, not "${values.level}"`);
    const name = fileOf(required(values.out, '--out'));
    const [from, to] = [wholeNumber(values.from, '--from') ?? 0, wholeNumber(values.to, '--to')];
    const filter = filterOption(values.filter);
    const trail = await openTrail(required(values.trail, '--trail'));
    const fault = await getRangeFault(trail.scope, trail.trailId, from, to);
    if (fault) throw new UsageError(fault);
    const out = await openOutFile(name); // before the work: a place that cannot be written is a mistake, not a run
    try {
      const run = await runNow({
        kind: 'bundle',
        trailId: trail.trailId,
        params: { level: 'selection', filter, from, to, time: null },
        signal,
        onReport: meter(say),
      });
      if (run.state === 'cancelled') throw new AppError('CANCELLED', { hint: 'stopped; no bundle was made' });
      const bundle = bundleResult.parse(run.result);
      const download = await openDownload(trail.trailId, bundle.bundle_id, { actor: 'system' });
      if (!download.ok) throw new AppError(download.reason, { hint: download.hint });
      for await (const piece of download.bytes) await out.write(piece);
      const { sha256 } = await out.keep(bundle.sha256); // which file it is, a row says
      const { bundle_id, matched, tagmanifest_sha256 } = bundle;
      return {
        json: { bundle_id, from: bundle.from, to: bundle.to, matched, out: name, sha256, tagmanifest_sha256 },
        text: [
          `${plural(matched, 'event')} of ${formatCount(bundle.in_range)} in the range ${bundle.from} to ${bundle.to}, ${formatBytes(fs.statSync(name).size)}: ${name}`,
          `bundle ${bundle_id}`,
          `sha256 ${sha256}`,
          `tagmanifest ${tagmanifest_sha256}`,
        ].join('\n'),
      };
    } catch (cause) {
      await out.drop();
      throw diskFault(cause);
    }
  },
});

function meter(say: (line: string) => void) {
  let told = performance.now();
  return ({ done, total }: { done?: number; total?: number | null }) => {
    if (done === undefined || !total || performance.now() - told < TELL_MS) return;
    told = performance.now();
    say(`${formatCount(done)} of ${formatCount(total)} events packed (${Math.floor((100 * done) / total)} %)`);
  };
}
