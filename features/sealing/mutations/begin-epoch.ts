// A new epoch of a trail that lost what was signed, and that no backup has (SPEC §3 and §8): a trail of its own, audit.example.com/main/e2, whose event 0 names what is lost. The trail
// before stays as it is, with its key: readable, verifiable, and appended to no more.
//
//   what is lost, by guard and rows ─▶ key file ─▶ guard of nothing ─▶ rows, event 0, trail.added: one transaction ─▶ first seal
//
// Killed before the transaction nothing has begun, and the same key is taken by whoever begins it again; behind it the same command makes it final, and no sealer by itself (queries/epoch-due.ts):
// from its first signature on the trail before takes no event whatever is restored (../../trail/epochs.ts). It tells the product's own trail where its acts go, too.
import type { JsonObject } from '@/core/json';
import { scopeOf } from '@/db/scope';
import { listForeignTrails, listTrails, type TrailRow } from '@/features/access/queries';
import { aliasOf, isOwnAlias, nextEpochOf } from '@/features/trail/epoch-name';
import { newestEpoch } from '@/features/trail/epochs';
import { readGuard } from '@/features/trail/guard-file';
import { foreignWords } from '@/features/trail/lost-words';
import { createEpoch } from '@/features/trail/mutations/create-trail';
import { type Actor, ownOrigin } from '@/features/trail/mutations/record-act';
import { tellWaitingIfDue } from '@/features/trail/mutations/tell-waiting';
import { getTrail } from '@/features/trail/queries/get-trail';
import { readRefusal } from '@/features/trail/refusal-file';
import { refusalAdvice } from '@/features/trail/refusal-words';
import { whyUnsigned } from '@/features/trail/why-refused';
import { AppError } from '@/lib/errors';
import { getStanding, type LostTrail } from '../queries/standing';
import { withSealingLock } from '../sealing-lock';
import { sealEpoch } from './seal-trail';

/** `begun`: it goes on already. `lost`: a new epoch is the way on where no backup helps. `none`: why there is none to begin. */
export type EpochState = { state: 'begun'; trail: TrailRow } | ({ state: 'lost' } & LostTrail) | { state: 'none'; reason: string };

/** How a trail stands, or the epoch in which it goes on. @param origin of any of its epochs */
export async function getEpochState(origin: string): Promise<EpochState> {
  const rows = await listTrails();
  const rowOf = (one: string) => rows.find((row) => row.origin === one) ?? null;
  const last = newestEpoch(origin);
  const none = (reason: string): EpochState => ({ state: 'none', reason: `${last}: ${reason}` });
  const next = nextEpochOf(last);
  const unsealed = rowOf(next);
  if (unsealed && readGuard(next) !== 'missing') return { state: 'begun', trail: unsealed }; // its guard is made before its row
  const forged = unsealed ?? (await listForeignTrails()).find(({ origin: one, alias }) => one === next || alias === aliasOf(next));
  if (forged) return none(foreignWords(forged));
  const standing = await getStanding(last);
  if (standing.state === 'unsure') return none(`${standing.reason}. ${refusalAdvice(standing.reason, aliasOf(last))}`);
  if (standing.state === 'lost') return standing;
  const { trail, guard } = standing;
  if (last !== origin) return { state: 'begun', trail };
  const refused = whyUnsigned(last)?.reason;
  return refused === undefined
    ? none(`the last of ${guard.size} signed events is there, and the trail goes on; whether those before it are, a verification says`)
    : none(
        `the last of ${guard.size} signed events is there; whether those before it are, a verification says. A new epoch is for a trail that lost it. It takes no event since ${refused}. ${refusalAdvice(refused, aliasOf(last))}`,
      );
}

export type Told = {
  reason: string;
  /** From which number on what is there is not what was signed. */
  firstLost: number;
  /** Not every finding was kept: it may begin earlier. */
  isBound: boolean;
  /** What the verification before it found, its number, and up to which signed size the rows led to the root; null where there was nothing to verify. */
  found: { run: number; counts: Record<string, number>; provenSize: number } | null;
  /** Of the operating system, where it gives one: the command line knows nobody else. */
  uid: number | undefined;
};

/**
 * Begins the epoch that follows a lost trail, and seals its event 0.
 * @returns null where it was begun meanwhile: ask how it stands
 * @throws AppError what keeps `<host>/indelible` from recording it
 */
export async function beginEpoch(lost: LostTrail, told: Told, actor: Actor): Promise<{ origin: string; alias: string; vkey: string } | null> {
  const refused = whyUnsigned(ownOrigin());
  if (!isOwnAlias(aliasOf(lost.origin)) && refused !== null) {
    throw new AppError('SIGNER_REFUSED', {
      hint: `a new epoch is recorded in ${ownOrigin()}, which takes no event itself: ${refused.reason}. Where signed events of it are lost too, begin its own epoch first: “indelible trail epoch --trail ${aliasOf(ownOrigin())}”`,
    });
  }
  const { trail } = lost;
  const synthetic = trail !== null && ((await getTrail(scopeOf(trail.trailId), trail.trailId))?.isSynthetic ?? false);
  const next = nextEpochOf(lost.origin);
  // one lock for both: a sealer that comes by meanwhile finds it begun and not finished only where this was killed
  const made = await withSealingLock(next, async () => {
    const begun = await createEpoch(next, { synthetic }, epochDetails(lost, told), actor);
    if (begun !== null) await sealBegun(begun);
    return begun;
  });
  if (made !== null) await tellWaitingIfDue(made.origin);
  return made;
}

type Begun = { trailId: TrailRow['trailId']; origin: string };

/** Seals what was begun, and tells what waited for it. @throws AppError SIGNER_REFUSED */
export async function finishEpoch(trail: Begun): Promise<void> {
  await withSealingLock(trail.origin, () => sealBegun(trail));
  await tellWaitingIfDue(trail.origin);
}

async function sealBegun(trail: Begun): Promise<void> {
  const sealed = await sealEpoch(trail);
  if (!sealed.ok)
    throw new AppError('SIGNER_REFUSED', {
      hint: `${trail.origin} was begun, and its event 0 is not sealed: ${sealed.reason}. ${refusalAdvice(sealed.reason, aliasOf(trail.origin))}`,
    });
}

/** What event 0 says (docs/checkpoints.md). */
function epochDetails({ origin, guard, there }: LostTrail, { reason, firstLost, isBound, found, uid }: Told): JsonObject {
  const known = (readRefusal(origin)?.known ?? []).filter(({ nextSeq }) => nextSeq > guard.size);
  return {
    previous: origin,
    signed_size: guard.size,
    signed_root: guard.root.toString('hex'),
    size: there.size,
    ...(there.lastHash && { last_event_hash: there.lastHash.toString('hex') }),
    first_lost: firstLost,
    ...(isBound && { first_lost_is_bound: true }),
    last_lost: Math.max(guard.size, ...known.map(({ nextSeq }) => nextSeq)) - 1,
    proven_size: found?.provenSize ?? 0,
    // acknowledged beyond what was signed, of each history that somebody knew
    ...(known.length > 0 && { acknowledged: known.map(({ nextSeq, lastHash }) => ({ size: nextSeq, last_event_hash: lastHash })) }),
    ...(found && { found: found.counts, run: found.run }),
    reason,
    ...(uid !== undefined && { uid }),
  };
}
