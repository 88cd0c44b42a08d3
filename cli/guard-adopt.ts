import { isBesideRows } from '@/features/sealing/adoption-findings';
import { adoptGuard, adoptionFault } from '@/features/sealing/mutations/adopt-guard';
import { verifyResult } from '@/features/verification/schema';
import { foundSentence, verdictSentence } from '@/features/verification/verdict-sentence';
import { runNow } from '@/jobs/runs';
import { AppError } from '@/lib/errors';
import { formatCount, plural } from '@/lib/format';
import { defineCommand, required, UsageError } from './command';
import { openTrail } from './gate';

const REST =
  'A guard that was lost is put back from the backup of INDELIBLE_HOME, and events that are lost by restoring a state that has them: this command is for a trail that never had a guard, for events that no backup has, and for a damaged refusal';

export const command = defineCommand({
  summary: 'begin the guard of a trail that was made before the seal, or give up events that no backup has',
  usage: '--trail T --confirm ORIGIN',
  help: [
    'Nothing is signed for or appended to a trail that has events and no guard file: nobody could say what was signed last. Where there never was one, this verifies the trail',
    'wholly, writes the guard with the size and root of what is there, seals it, and records guard.adopted in the trail indelible. From then on that history cannot be',
    "rewritten unseen; of what was done to it before, only the chain and the head's MAC speak (docs/threat-model.md).",
    'Where a guard is there and the signer refuses because events are gone that were appended here and not signed yet, it does the same, and the act names what is lost: up to',
    `which number, and the hash of the last. ${REST}.`,
    'Where the file that says why the signer refuses is damaged, nobody can say whether it knew of such events: compare with what was sent first; this puts it aside, and the act says so.',
    'It refuses where a guard is there and nothing is lost, where something of the rows, their order or their tree is found, and where a checkpoint is known (in the database, in a file beside',
    'the key) that is larger than the trail or has another root. What is found beside the rows, as numbers of a source that never came, stops nothing and stands in the act. --confirm repeats',
    'the whole origin of the trail. --json gives {trail, size, root, state}, lost [{size, last_event_hash}, …] where something is given up, damaged_refusal_sha256 where a file is put aside,',
    'and found {code: count} with run, its number, where something was found; a finding that stops it ends with exit code 1 and {trail, state, counts}.',
  ].join('\n'),
  options: { trail: { type: 'string' }, confirm: { type: 'string' } },
  async run({ values }, { signal }) {
    const trail = await openTrail(required(values.trail, '--trail'));
    const { origin, trailId } = trail;
    const fault = await adoptionFault(trail);
    if (fault !== null) throw new AppError('GUARD_NOT_ADOPTED', { hint: `${origin}: ${fault}` });
    if (values.confirm !== origin) {
      throw new UsageError(
        `what lies in the database now would be taken for the history of ${origin}, and be signed. ${REST}. If that is meant, say --confirm ${origin}`,
      );
    }
    const run = await runNow({ kind: 'verify', trailId, params: { deep: true }, signal });
    const result = verifyResult.parse(run.result);
    const isWhole = run.state === 'done' && (result.state === 'consistent' || result.state === 'holds' || (result.state === 'broken' && result.findings > 0));
    if (!isWhole || !isBesideRows(result.counts)) {
      const text = `${verdictSentence(result, [])} Nothing was adopted: see run ${run.runId} on the Integrity screen, or indelible verify --trail ${trail.alias}`;
      return { json: { trail: origin, state: result.state, counts: result.counts }, text, hasFindings: true };
    }
    const found = result.findings > 0 ? { run: run.runId, counts: result.counts } : undefined;
    const adopted = await adoptGuard(trail, found);
    if (!adopted.ok) throw new AppError('GUARD_NOT_ADOPTED', { hint: `${origin}: ${adopted.reason}` });
    const { size, damaged } = adopted;
    const root = adopted.root.toString('hex');
    const lost = adopted.lost.map(({ nextSeq, lastHash }) => ({ size: nextSeq, last_event_hash: lastHash }));
    const stands = `the guard of ${origin} ${lost.length > 0 || damaged !== undefined ? 'stands' : 'begins'} at ${plural(size, 'event')}, root ${root}; sealed to ${formatCount(size - 1)}`;
    const given = lost.map(
      (one) => `given up, and said so in guard.adopted: what was appended here up to event ${one.size - 1}, whose hash was ${one.last_event_hash}`,
    );
    if (damaged !== undefined) given.push(`put aside, and said so in guard.adopted: the damaged keys/${trail.alias}.refused, SHA-256 ${damaged}`);
    if (found)
      given.push(
        `found by run ${found.run}, named in guard.adopted, and not mended by it: ${foundSentence(found.counts, [])} ${Object.keys(found.counts).join(', ')}`,
      );
    const json = {
      trail: origin,
      size,
      root,
      state: result.state,
      ...(lost.length > 0 && { lost }),
      ...(damaged !== undefined && { damaged_refusal_sha256: damaged }),
      ...(found && { found: found.counts, run: found.run }),
    };
    return { json, text: [stands, ...given].join('\n') };
  },
});
