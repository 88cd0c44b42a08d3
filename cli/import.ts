import type { TrailId } from '@/db/scope';
import { type ImportParams, KEPT_REJECTS } from '@/features/capture/import/import-run';
import { IMPORT_FORMATS, type ImportResult, importSettings } from '@/features/capture/import/schema';
import { findFiles } from '@/features/capture/import/source-files';
import { type ImportReject, listRejects } from '@/features/runs/queries';
import { runNow } from '@/jobs/runs';
import { type Answer, defineCommand, required, UsageError } from './command';
import { openTrail } from './gate';

export const command = defineCommand({
  summary: 'import log files into a trail',
  usage: `--format ${IMPORT_FORMATS.join('|')} --trail T [--source S] [--year Y --zone Z] FILE…`,
  help: `FILE is a file or a folder; gzip is unpacked. --source is the name of the door in the events, the format's unless given.
--year and --zone are for authlog, whose lines have neither: the year of the first line, and UTC, +02:00 or Europe/Amsterdam.
Importing the same records again changes nothing. Exit code 1: some records were rejected; each is named with its reason.

  npm run -s indelible -- import --format cloudtrail --trail main AWSLogs/
  npm run -s indelible -- import --format authlog --trail main --year 2026 --zone UTC /var/log/auth.log`,
  options: {
    format: { type: 'string' },
    trail: { type: 'string' },
    source: { type: 'string' },
    year: { type: 'string' },
    zone: { type: 'string' },
  },
  positionals: { min: 1, max: Number.MAX_SAFE_INTEGER },
  async run({ values, positionals }, { fileOf, say, signal }) {
    const { trail: name, ...given } = values;
    const settings = importSettings.safeParse(given);
    if (!settings.success) throw new UsageError(settings.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n'));
    const trail = await openTrail(required(name, '--trail'));
    const files = positionals.map((file) => ({ path: fileOf(file), name: file }));
    findFiles(files, settings.data.format); // a name that is no file is a mistake, not a run

    const params: ImportParams = { settings: settings.data, files };
    const meter = progressLine(say);
    const run = await runNow({ kind: 'import', trailId: trail.trailId, params, signal, onReport: meter });
    const result = run.result as ImportResult;
    const rejects = await allRejects(trail.trailId, run.runId);
    return answer(result, rejects, run.state === 'cancelled');
  },
});

/** @returns as many as the table keeps */
async function allRejects(trailId: TrailId, runId: number): Promise<ImportReject[]> {
  const rejects: ImportReject[] = [];
  for (;;) {
    const page = await listRejects(trailId, runId, { from: rejects.length, limit: 1000 });
    rejects.push(...page);
    if (page.length < 1000) return rejects;
  }
}

function answer(result: ImportResult, rejects: ImportReject[], isCancelled: boolean): Answer {
  const { counts, skipped, passedOver, rejectsFile } = result;
  const { read, appended, duplicates, rejected } = counts;
  const hasSkipped = Object.keys(skipped).length > 0;
  const json = {
    read,
    appended,
    duplicates,
    rejected,
    rejects: rejects.map(({ file, line, reason }) => ({ file, line, reason })),
    ...(hasSkipped ? { skipped } : {}),
    ...(passedOver.length > 0 ? { passedOver } : {}),
    ...(rejectsFile ? { rejectsFile } : {}),
    ...(isCancelled ? { cancelled: true } : {}),
  };
  return { json, text: inWords(result, rejects, isCancelled), hasFindings: rejected > 0 };
}

function inWords({ counts, skipped, passedOver, rejectsFile }: ImportResult, rejects: ImportReject[], isCancelled: boolean): string {
  const { read, appended, duplicates, rejected } = counts;
  const n = (count: number) => count.toLocaleString('en-GB');
  const isNothingNew = appended === 0 && duplicates > 0 && rejected === 0;
  const lines = [
    isCancelled ? 'Stopped. What was imported stays.' : null,
    isNothingNew
      ? `Nothing new: all ${n(read)} records were imported before.`
      : `${n(read)} read: ${n(appended)} appended, ${n(duplicates)} imported before, ${n(rejected)} rejected.`,
    ...Object.entries(skipped).map(([why, count]) => `${n(count)} lines stand for no event: ${why}`),
    passedOver.length > 0
      ? `Not read, as their names are none of this format's: ${passedOver.slice(0, 10).join(', ')}${passedOver.length > 10 ? ' …' : ''}`
      : null,
    ...rejects.slice(0, 20).map(({ file, line, reason }) => `  ${file}:${line}: ${reason}`),
    rejected > 20 && !rejectsFile ? `  … and ${n(rejected - 20)} more: --json lists them` : null,
    rejectsFile ? `  … and more: --json lists ${n(KEPT_REJECTS)}, all are in ${rejectsFile}` : null,
  ];
  return lines.filter((line) => line !== null).join('\n');
}

/** Every two seconds how far it is. */
function progressLine(say: (line: string) => void) {
  let saidAt = performance.now();
  return ({ done = 0, total, counts }: { done?: number; total?: number | null; counts?: Record<string, number> }) => {
    if (performance.now() - saidAt < 2000 || !counts) return;
    saidAt = performance.now();
    const share = total ? `${Math.floor((done / total) * 100)} %, ` : '';
    say(
      `${share}${(counts.read ?? 0).toLocaleString('en-GB')} read, ${(counts.appended ?? 0).toLocaleString('en-GB')} appended, ${counts.rejected ?? 0} rejected`,
    );
  };
}
