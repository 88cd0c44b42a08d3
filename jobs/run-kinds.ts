import { importRun } from '@/features/capture/import/import-run';
import { bundleRun } from '@/features/evidence/bundle-run';
import type { RunKinds } from '@/features/runs/run-kind';
import { resourceRun } from '@/features/verification/resource-run';
import { verifyRun } from '@/features/verification/verify-run';

/** Who does the work of which kind of run: for the runner of the web server and for commands alike. */
export const runKinds: RunKinds = { verify: verifyRun, resource: resourceRun, import: importRun, bundle: bundleRun };
