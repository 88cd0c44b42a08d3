// Imports one file in a process of its own and says what became of it and how much memory it took at most. Arguments: alias, format, file.
import { bindRuntime, openRuntime } from '@/db/runtime';
import { listTrails } from '@/features/access/queries';
import { driveNow } from '@/features/runs/drive-now';
import { env } from '@/lib/env';
import { importRun } from '../import/import-run';
import { importResult, importSettings } from '../import/schema';

const [alias = '', format = '', file = ''] = process.argv.slice(2);
const url = env().DATABASE_URL as string;
bindRuntime(openRuntime({ url, ownerUrl: url, isEmbedded: true, stop: async () => {} })); // migrated already
const trail = (await listTrails()).find((one) => one.alias === alias);
if (!trail) throw new Error(`there is no trail ${alias}`);
const settings = importSettings.parse(format === 'authlog' ? { format, year: 2026, zone: 'UTC' } : { format });
const run = await driveNow({ kind: 'import', trailId: trail.trailId, params: { settings, files: [{ path: file, name: file }] } }, { import: importRun });
const { counts, skipped } = importResult.parse(run.result);
const total = Object.values(skipped).reduce((sum, count) => sum + count, 0);
process.stdout.write(`${JSON.stringify({ counts: { ...counts, skipped: total }, maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`);
process.exit(0);
