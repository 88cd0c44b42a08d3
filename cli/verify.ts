import fs from 'node:fs';
import { parseVkey } from '@/core/vkey';
import { countAway } from '@/features/trail/away';
import { getRangeFault } from '@/features/verification/queries/check-range';
import { noteFault } from '@/features/verification/range';
import { type VerifyResult, verifyResult } from '@/features/verification/schema';
import { verdictParts } from '@/features/verification/verdict-parts';
import { verdictSentence } from '@/features/verification/verdict-sentence';
import { runNow } from '@/jobs/runs';
import { AppError } from '@/lib/errors';
import { defineCommand, required, UsageError, wholeNumber } from './command';
import { findingLines, tellProgress } from './findings-text';
import { openTrail } from './gate';
import { resourceOf, verifyOneResource } from './verify-resource';

const MAX_NOTE_BYTES = 1024 * 1024;

export const command = defineCommand({
  summary: 'verify the chain of a trail: every event hashed again, its end compared with all that knows of it',
  usage: '--trail T [--from N] [--to N] | [--resource TYPE/ID]  [--vkey V]… [--checkpoint F]… [--deep]',
  help: [
    'T is the alias of a trail or its whole origin. The range is [from,to): --from 0 --to 10 checks the events 0 to 9; without --to up to the newest.',
    'The verification is appended to the trail as verification.finished, so that the next one checks one event more. It is also a run on the Integrity screen.',
    '--checkpoint names a file with a signed checkpoint that you kept: the rows must lead to its root, and with --from and --to its size must lie in the range. --vkey is the verifier key that you were given; it stands in the',
    'place of those in the key files of this machine, and nothing that the database says of keys or sizes is believed. After a rotation give both keys: the old one alone',
    'ends with KEY_ROTATED and exit code 1, whatever else holds. --deep judges the texts of every event too, and verifies the signature of every checkpoint that the database lists.',
    '--resource checks the events of one resource alone (the first slash parts its type from its id): each is hashed again and proven under the newest signed root that is known',
    'outside the database, without a walk through the trail. It says that these events are as they were signed, not that none is missing. --json gives {trail, resource, checked, proven,',
    'not_yet_sealed, not_proven, size, root, view, counts, findings, state, ms}; it is recorded in the trail indelible as resource.verified.',
    'Events that are archived or disposed of by an act that the trail signed are lawfully away: the verdict counts them, and --json has archived and disposed where there are any.',
    'state: holds (nothing was found, and the rows lead to a checkpoint known outside the database), consistent (nothing was found, and there is nothing outside to',
    'compare with), broken, cancelled, not_covered. The last three, and any finding, end with exit code 1.',
  ].join('\n'),
  options: {
    trail: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    vkey: { type: 'string', multiple: true },
    checkpoint: { type: 'string', multiple: true },
    deep: { type: 'boolean' },
    resource: { type: 'string' },
  },
  async run({ values }, { say, signal, fileOf }) {
    const from = wholeNumber(values.from, '--from');
    const to = wholeNumber(values.to, '--to');
    const vkeys = values.vkey?.map(checkedVkey);
    const notes = values.checkpoint?.map((file) => {
      const note = readNote(fileOf(file), file);
      const fault = noteFault(note, { from, to });
      if (fault) throw new UsageError(`--checkpoint ${file}: ${fault}`);
      return note;
    });
    const resource = values.resource === undefined ? null : resourceOf(values.resource);
    if (resource && (from ?? to) !== undefined) throw new UsageError('--resource takes no range: all events of the resource are checked');
    const trail = await openTrail(required(values.trail, '--trail'));
    if (resource) return verifyOneResource(trail, { ...resource, deep: values.deep, vkeys, notes }, { say, signal });
    const fault = await getRangeFault(trail.scope, trail.trailId, { from, to });
    if (fault) throw new UsageError(fault);
    const params = { from, to, deep: values.deep, vkeys, notes };
    const run = await runNow({ kind: 'verify', trailId: trail.trailId, params, signal, onReport: tellProgress(say) });
    const parsed = verifyResult.safeParse(run.result);
    if (!parsed.success) throw new AppError('CANCELLED', { hint: 'stopped before the first event was checked' });
    const result = parsed.data;
    const { findings } = run;
    const json = {
      trail: trail.origin,
      from: result.from,
      to: result.to,
      checked: result.checked,
      counts: result.counts,
      findings: findings.map(({ code, seq, expected, found, lastGood }) => ({ code, seq, expected, found, lastGood })),
      ...(result.away ? { archived: countAway(result.away, 'archived'), disposed: countAway(result.away, 'disposed') } : {}),
      ...(result.listed ? checkpointsOf(result.listed) : {}),
      state: result.state,
    };
    const unrecorded = result.notRecorded ? [`not recorded in the trail${result.act ? ' yet' : ''}: ${result.notRecorded}`] : [];
    const parts = verdictParts(result, run.state === 'cancelled').map(({ label, value }) => `  ${label.padEnd(17)} ${value}`);
    const text = [verdictSentence(result, findings), ...findingLines(findings, result.findings, run.runId), ...parts, ...unrecorded].join('\n');
    return { json, text, hasFindings: result.findings > 0 || (result.state !== 'consistent' && result.state !== 'holds') };
  },
});

function checkpointsOf({ compared, opened, uncompared = 0 }: NonNullable<VerifyResult['listed']>) {
  const rest = uncompared === 0 ? {} : { not_compared: uncompared };
  return compared + uncompared === 0 ? {} : { checkpoints: { compared, signatures_verified: opened, ...rest } };
}

function checkedVkey(text: string): string {
  if (parseVkey(text) === null) throw new UsageError(`--vkey: "${text}" is no verifier key; it looks like audit.example.com/main+1a2b3c4d+AbC…=`);
  return text;
}

/** Any file of a sensible size: whether it is a note, and whose, is for the verification to judge. */
function readNote(file: string, name: string): string {
  try {
    const { size } = fs.statSync(file);
    if (size > MAX_NOTE_BYTES) throw new UsageError(`--checkpoint: ${name} is too long to be a checkpoint`);
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`--checkpoint: ${name} cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}
