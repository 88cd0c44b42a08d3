// A run, the incident file of one of its findings as the download makes it, and what its commands print to somebody who has nothing but that file.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { driveNow } from '@/features/runs/drive-now';
import { getRun } from '@/features/runs/queries';
import type { NewTrail } from '@/features/trail/mutations/create-trail';
import { readFindingPage } from '../finding-page';
import { gatherIncident } from '../gather-incident';
import type { Incident } from '../incident';
import { incidentFileName, incidentText } from '../incident-file';
import { verificationOf } from '../incident-run';
import { getPastRun } from '../queries/past-runs';
import type { VerifyParams } from '../schema';
import { verifyRun } from '../verify-run';

/** `printed`: what the commands under the comment that begins so, or holds it, print. `files`: what they left beside the incident file. */
export type ByHand = { incident: Incident; text: string; printed: (comment: string) => string[]; files: string[] };

/** Whether `sh` finds what the commands call. */
export const hasPrograms = ['openssl', 'xxd', 'sed', 'sha256sum'].every((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0);

/** @param code of the finding, the first of it unless `nth` says which */
export async function incidentOf(trail: NewTrail, code: string, params: VerifyParams = {}, nth = 0): Promise<ByHand> {
  const { runId } = await driveNow({ kind: 'verify', trailId: trail.trailId, params }, { verify: verifyRun });
  return incidentOfRun(trail, runId, code, nth);
}

/** The same of a run that has ended. */
export async function incidentOfRun(trail: NewTrail, runId: number, code: string, nth = 0): Promise<ByHand> {
  const run = await getPastRun(trail, runId, await getRun(trail.trailId, runId));
  const { findings } = await readFindingPage(trail, trail.scope, runId, {});
  const wanted = findings.filter((finding) => finding.code === code)[nth];
  if (!run?.verdict || !wanted) throw new Error(`no ${code}: ${JSON.stringify(findings.slice(0, 5))}`);
  const page = await readFindingPage(trail, trail.scope, runId, { finding: wanted.n });
  const named = { ...trail, alias: 'sealed' };
  const incident = await gatherIncident(named, verificationOf(run, run.verdict, findings.length), {
    ...page,
    selected: wanted,
    signedTo: run.verdict.signedTo,
  });
  return byHand(incident);
}

export function byHand(incident: Incident): ByHand {
  const text = incidentText(incident);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'incident-'));
  try {
    fs.writeFileSync(path.join(folder, incidentFileName(incident)), text);
    const script = text.split('\nBY HAND')[1]?.split('\n').slice(2) ?? [];
    // each comment is printed before what its commands print
    const marked = script.map((line) => (line.startsWith('# ') ? `printf '%s\\n' '${line.replaceAll("'", "'\\''")}'` : line)).join('\n');
    const run = (commands: string) => execFileSync('sh', ['-c', `${commands}\nexit 0`], { cwd: folder, encoding: 'utf8' }).split('\n');
    const out = run(marked);
    const plain = run(script.join('\n'));
    if (out.filter((line) => !line.startsWith('# ')).join('\n') !== plain.join('\n'))
      throw new Error('with its comments printed the script does something else');
    const printed = (comment: string) => {
      const at = out.flatMap((line, i) => (line.startsWith('# ') && line.includes(comment) ? [i] : []));
      if (at.length !== 1) throw new Error(`${at.length} comments with "${comment}" in:\n${script.join('\n')}`);
      const rest = out.slice((at[0] as number) + 1);
      const end = rest.findIndex((line) => line.startsWith('# ') || line === '');
      return rest.slice(0, end);
    };
    const files = fs.readdirSync(folder).filter((name) => name !== incidentFileName(incident));
    return { incident, text, printed, files };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
