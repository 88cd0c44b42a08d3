import { listTrails } from '@/features/access/queries';
import { isOfSignedRow } from '@/features/sealing/adoption-findings';
import { vkeyTextOf } from '@/features/sealing/log-key';
import { beginEpoch, finishEpoch, getEpochState, type Told } from '@/features/sealing/mutations/begin-epoch';
import { isSameLoss, type LostTrail } from '@/features/sealing/queries/standing';
import { foundWords, leftWords, lostWords, unprovenWords } from '@/features/trail/epoch-words';
import { listStrayTrails } from '@/features/trail/lost-trails';
import { tilesAdvice } from '@/features/trail/refusal-words';
import { verifyResult } from '@/features/verification/schema';
import { runNow } from '@/jobs/runs';
import { AppError } from '@/lib/errors';
import { formatCount, plural } from '@/lib/format';
import { defineCommand, required, UsageError } from './command';

const MOST_CHARS = 1_000;

type Lost = Pick<Told, 'firstLost' | 'isBound' | 'found'>;

export const command = defineCommand({
  summary: 'go on in a new epoch where events that were signed are lost, and no backup has them',
  usage: '--trail T --reason "…"',
  help: [
    'A trail that lost signed events takes none any more. Restore a state of the database that has them: then it goes on by itself. Where there is none, this begins a new epoch, a',
    'trail of its own with a key and a guard of its own: INDELIBLE_HOST/T/e2 with the alias T_e2 (e3 after it). Its event 0 names what is lost: the trail before, how much of it was',
    'signed and the root, how much is there and the hash of the last event, the first and the last number that is lost, what a verification found and how far it led to what was',
    'signed, and the reason, in your words.',
    'The trail before stays as it is, with its key: it can be read, verified (TRUNCATED), exported and proven, and is never appended to again. Whatever wrote to it is to be pointed at',
    'the new one, except for the product itself, whose acts go to the new epoch of the trail indelible by themselves. Where that one is lost too, begin with it.',
    'It refuses where the last signed event is there, or events alone are lost that were not signed yet (guard adopt). Killed anywhere, the same command finishes it, unless the last',
    'signed event is there again by then, or another loss than event 0 names: nothing of the new one is signed then. No server finishes it by itself. Run again it makes no second one. --json gives {trail, alias, vkey, previous, signed, size, first_lost, proven_size, found}, and first_lost_is_bound where events before it may be lost too, or {trail, alias, vkey, earlier: true} where it had been begun before.',
    'Give the new vkey to everybody who has the old one: it is another key.',
  ].join('\n'),
  options: { trail: { type: 'string' }, reason: { type: 'string' } },
  async run({ values }, { signal }) {
    const origin = await findOrigin(required(values.trail, '--trail'));
    const reason = required(values.reason, '--reason').trim();
    if (reason === '' || reason.length > MOST_CHARS) throw new UsageError(`--reason is a sentence or more, at most ${MOST_CHARS} characters`);
    const found = await getEpochState(origin);
    if (found.state === 'lost') {
      const told: Lost = found.trail === null ? { firstLost: 0, isBound: false, found: null } : await whatIsLost(found, found.trail, signal);
      const now = await getEpochState(origin); // the verification may have taken long
      if (now.state === 'lost') {
        if (!isSameLoss(found, now))
          throw new AppError('EPOCH_NOT_BEGUN', {
            hint: `${now.origin}: it changed while it was verified: ${plural(found.there.size, 'event was', 'events were')} there before it and ${formatCount(now.there.size)} behind it, or others. Find out who writes to the database, and run the command again`,
          });
        const made = await beginEpoch(now, { reason, ...told, uid: process.getuid?.() }, 'system');
        if (made) return begunNow(now, made, told);
      }
    }
    const state = await getEpochState(origin);
    if (state.state !== 'begun') throw new AppError('EPOCH_NOT_BEGUN', { hint: state.state === 'none' ? state.reason : `${state.origin}: ${state.reason}` });
    await finishEpoch(state.trail);
    const { alias } = state.trail;
    const vkey = vkeyTextOf(state.trail.origin);
    return {
      json: { trail: state.trail.origin, alias, vkey, earlier: true },
      text: `${origin} goes on in ${state.trail.origin} (${alias}), which was begun before: nothing was begun now\nvkey ${vkey}`,
    };
  },
});

/** By alias or origin, also of a trail whose row is gone. */
async function findOrigin(name: string): Promise<string> {
  const trails = [...(await listTrails()), ...(await listStrayTrails()).gone];
  const found = trails.find(({ alias, origin }) => alias === name || origin === name);
  if (!found) throw new UsageError(`there is no trail "${name}"; there are: ${trails.map(({ alias }) => alias).join(', ') || 'none'}`);
  return found.origin;
}

/** @throws AppError where a verification does not say that events are gone or others */
async function whatIsLost(
  { origin, guard, there, reason }: LostTrail,
  { trailId, alias }: NonNullable<LostTrail['trail']>,
  signal: AbortSignal,
): Promise<Lost> {
  const run = await runNow({ kind: 'verify', trailId, params: { deep: true }, signal });
  const { counts, sealedTo } = verifyResult.parse(run.result);
  const lost = run.findings.flatMap(({ code, seq }) => (isOfSignedRow(code) && seq !== null && seq < guard.size ? [seq] : []));
  // below a root that the rows have, a tile may be what is not kept, and no event
  const isBound =
    sealedTo < guard.size && Object.entries(counts).some(([code, n]) => isOfSignedRow(code) && n > run.findings.filter((one) => one.code === code).length);
  if (run.state !== 'done' || (lost.length === 0 && !isBound)) {
    const isTreeAlone = run.state === 'done' && sealedTo >= guard.size; // the rows have the root that was signed
    throw new AppError('EPOCH_NOT_BEGUN', {
      hint: `${origin}: ${reason}, and a verification does not say that events are lost: see run ${run.runId} on the Integrity screen, or indelible verify --trail ${alias}${isTreeAlone ? `. The events are those that were signed: ${tilesAdvice(alias)}` : ''}`,
    });
  }
  // the last one that was signed is gone or another by what begins an epoch at all (signed-loss.ts)
  const firstLost = lost.reduce((least, seq) => Math.min(least, seq), Math.min(there.size, guard.size - 1));
  return { firstLost, isBound, found: { run: run.runId, counts, provenSize: sealedTo } };
}

function begunNow({ origin, trail, guard, there }: LostTrail, made: { origin: string; alias: string; vkey: string }, { firstLost, isBound, found }: Lost) {
  const loss = { here: there.size, firstLost, isBound, proven: found?.provenSize ?? 0, found: found?.counts ?? null };
  const none = trail === null ? `Of its events ${leftWords(loss)}.` : null;
  const words = [`of ${plural(guard.size, 'event')} that were signed, ${lostWords(`those from ${formatCount(firstLost)} on`, 'are', loss)}.`];
  return {
    json: {
      ...{ trail: made.origin, alias: made.alias, vkey: made.vkey, previous: origin, signed: guard.size, size: there.size, first_lost: firstLost },
      ...{ proven_size: loss.proven, found: loss.found, ...(isBound && { first_lost_is_bound: true }) },
    },
    text: [
      `${origin} goes on in ${made.origin}, alias ${made.alias}`,
      `vkey ${made.vkey}`,
      `Its event 0 names what is lost: ${[...words, none, unprovenWords(loss), foundWords(loss)].filter((one) => one !== null).join(' ')}`,
      `${origin} stays as it is and takes no event any more.`,
      'Point at the new trail whatever wrote to the old one, give the new vkey to whoever has the old one, and copy INDELIBLE_HOME/keys anew.',
    ].join('\n'),
  };
}
