import { rebuildTiles } from '@/features/sealing/mutations/rebuild-tiles';
import { followingEpoch } from '@/features/trail/epochs';
import { refusalAdvice } from '@/features/trail/refusal-words';
import { type VerifyResult, verifyResult } from '@/features/verification/schema';
import { verdictSentence } from '@/features/verification/verdict-sentence';
import { runNow } from '@/jobs/runs';
import { AppError } from '@/lib/errors';
import { formatCount, plural } from '@/lib/format';
import { type Answer, defineCommand, required } from './command';
import { findingLines, tellProgress } from './findings-text';
import { type OpenTrail, openTrail } from './gate';

const SHOWN = 10;

export const command = defineCommand({
  summary: 'rebuild the stored tree of a trail from its events, where tiles are gone or were changed',
  usage: '--trail T',
  help: [
    'The tiles of the tree lead from each event to the root that was signed. Where they are gone or others nothing is proven, signed or appended any more. This reads all signed events,',
    'judges and hashes each as a deep verification does, and compares the root with what was signed: in the guard file, in the checkpoint files beside the key, and in every checkpoint of the',
    'database that a key of this trail signed. Where all are the same, the tiles that differ are put right in one transaction, the trail is sealed, and tiles.rebuilt in the trail indelible says',
    'which they were, and as which user of the operating system it was done. Where one is not, nothing is changed, and a verification says which event is not what was signed.',
    'It needs every signed event as a row: of a trail of which events are lawfully away the tiles come from a backup alone. Keep a copy of the table tile first, if it is to be looked into.',
    'Killed before the transaction nothing has happened; behind it the next start, command or seal records what is not recorded yet.',
    '--json gives {trail, size, root, tiles: ["level/n", …], further} (further: tiles that reached further than what was signed, and were cut back), refused where the signer refuses still, due',
    'where the act waits to be recorded; what stops it ends with exit code 1 and {trail, reason, state, counts}.',
  ].join('\n'),
  options: { trail: { type: 'string' } },
  async run({ values }, { say, signal }) {
    const trail = await openTrail(required(values.trail, '--trail'));
    const { origin, alias } = trail;
    const rebuilt = await rebuildTiles(trail, process.getuid?.(), signal);
    if (!rebuilt.ok && rebuilt.isOfRows) return whatDiffers(trail, rebuilt.reason, say, signal);
    if (!rebuilt.ok) throw new AppError('TILES_NOT_REBUILT', { hint: `${origin}: ${rebuilt.reason}. ${refusalAdvice(rebuilt.reason, alias)}` });
    const { size, tiles, further, refused, isTold } = rebuilt;
    const root = rebuilt.root.toString('hex');
    const json = { trail: origin, size, root, tiles, further, ...(refused !== null && { refused }), ...(!isTold && { due: true }) };
    if (tiles.length + further === 0)
      return { json, text: `nothing was rebuilt: the tiles of ${origin} are those of the ${plural(size, 'event')} that were signed, root ${root}` };
    const more = tiles.length > SHOWN ? ` and ${formatCount(tiles.length - SHOWN)} more` : '';
    const lines = [`the tiles of ${origin} give the root that was signed for ${plural(size, 'event')}: ${root}`];
    if (tiles.length > 0) lines.push(`gone or changed, and put right: level/number ${tiles.slice(0, SHOWN).join(', ')}${more}`);
    if (further > 0)
      lines.push(
        `${plural(further, 'tile')} reached further than what was signed, and ${further === 1 ? 'was' : 'were'} cut back: the next seal makes them anew`,
      );
    lines.push(
      isTold
        ? 'recorded as tiles.rebuilt in the trail indelible'
        : 'NOT recorded yet, as the trail indelible takes no event now: tiles.rebuilt is recorded as soon as it does',
    );
    lines.push(
      refused === null
        ? `${tiles.length > 0 ? 'Ask' : 'A seal that was killed can leave such tiles; where none was, ask'} who wrote to the table of tiles, and verify now: indelible verify --trail ${alias} --deep`
        : `the signer refuses still: ${refused}. ${refusalAdvice(refused, alias)}`,
    );
    return { json, text: lines.join('\n'), hasFindings: refused !== null };
  },
});

/** As a verification says it: nothing was changed. */
async function whatDiffers({ origin, alias, trailId }: OpenTrail, reason: string, say: (line: string) => void, signal: AbortSignal): Promise<Answer> {
  const run = await runNow({ kind: 'verify', trailId, params: { deep: true }, signal, onReport: tellProgress(say) });
  const result = verifyResult.parse(run.result);
  const text = [
    `${origin}: ${reason}. Nothing was changed.`,
    verdictSentence(result, []),
    ...findingLines(run.findings, result.findings, run.runId),
    `See run ${run.runId} on the Integrity screen, or indelible verify --trail ${alias}. ${wayOn(origin, alias, result, run.findings)}`,
  ].join('\n');
  return { json: { trail: origin, reason, state: result.state, counts: result.counts }, text, hasFindings: true };
}

/** Where nothing speaks against a row that was signed, events that are lawfully away are why the tiles are not to be made from rows: none is lost, and no epoch is for that. */
function wayOn(origin: string, alias: string, { away = [], counts }: VerifyResult, kept: readonly { seq: number | null }[]): string {
  const isOfTilesAlone = Object.keys(counts).every((code) => code === 'TILE_MISMATCH') && kept.every(({ seq }) => seq === null);
  if (away.length > 0 && isOfTilesAlone)
    return 'Events are lawfully away, and nothing was found of a signed one: the tiles come from a backup alone. Put the table tile back from one that has them.';
  const restore = 'Restore a state of the database that has what was signed';
  return followingEpoch(origin) === null ? `${restore}; where there is none, indelible trail epoch --trail ${alias}` : restore;
}
