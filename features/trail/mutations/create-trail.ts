import { eq, sql } from 'drizzle-orm';
import { genesisHash } from '@/core/event';
import type { JsonObject } from '@/core/json';
import { headMac } from '@/core/mac';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { trail, trailHead } from '@/db/schema/trail';
import { mintScope, type Scope, type TrailId } from '@/db/scope';
import { appTransaction, asWriter, type Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { ensureHost } from '@/lib/home';
import { aliasOf, isOwnAlias } from '../epoch-name';
import { ensureNotesFolder } from '../found-notes';
import { ensureGuard, readGuard } from '../guard-file';
import { ensureSeed, hasSigned } from '../log-seed';
import { putUntoldAside } from '../refusal-file';
import { isReservedAlias, trailName } from '../trail-name';
import { appendEvents } from './append';
import { appClock } from './batch-clock';
import { headMacKey } from './keys';
import { type Actor, recordAct } from './record-act';
import { systemDraft } from './system-draft';

export type NewTrail = { trailId: TrailId; origin: string; alias: string; vkey: string; isSynthetic: boolean; scope: Scope };

export type CreateTrailOptions = {
  synthetic: boolean;
  /** The time of event 0 of a synthetic trail, 27 characters: a generated year begins where it says. */
  clock?: string | undefined;
};

const TRAILS_LOCK = 727_276; // any number, the same in every process: trails are made one after another

/**
 * Makes the trail `<host>/<name>`: its key file and its guard first, on disk before anything names the key; then, in one transaction, its rows, its event 0 and `trail.added` in
 * `<host>/indelible`.
 * @returns an outcome: the name may be bad or taken
 */
export async function createTrail(
  name: string,
  options: CreateTrailOptions,
  actor: Actor,
): Promise<{ ok: true; trail: NewTrail } | { ok: false; reason: string }> {
  const parsed = trailName.safeParse(name);
  if (!parsed.success) return { ok: false, reason: parsed.error.issues[0]?.message ?? 'This is no name.' };
  if (isReservedAlias(name)) return { ok: false, reason: `This name belongs to a page or a key of the product: choose another.` };
  return appTransaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${TRAILS_LOCK})`);
    if (await findTrail(tx, name)) return { ok: false, reason: `There is a trail ${name} already.` };
    return { ok: true, trail: await insertTrail(tx, `${ensureHost()}/${name}`, options, actor) };
  });
}

/**
 * The two trails that every installation has, `indelible` (what is done in the product) and `main`; makes what is missing, but none anew of which events were signed: it is gone,
 * and an empty one in its place would take no event. Safe when several processes start at once.
 * @param main a demo makes its `main` synthetic; what is there already stays as it is
 * @returns `main` as it is
 * @throws AppError TRAIL_GONE where that is `main`; what keeps a trail that is missing from its first event
 */
export async function ensureFirstTrails(main: CreateTrailOptions = { synthetic: false }): Promise<Omit<NewTrail, 'vkey'>> {
  const found = await appTransaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${TRAILS_LOCK})`);
    if (await isToBeMade(tx, 'indelible')) await insertTrail(tx, `${ensureHost()}/indelible`, { synthetic: false }, 'system');
    if (await isToBeMade(tx, 'main')) await insertTrail(tx, `${ensureHost()}/main`, main, 'system');
    const { trailId, origin, alias, isSynthetic } = trail;
    const [row] = await tx.select({ trailId, origin, alias, isSynthetic }).from(trail).where(eq(alias, 'main'));
    return row;
  });
  if (!found) throw new AppError('TRAIL_GONE', { hint: 'events of the trail main were signed here, and the database has no such trail: it is not made anew' });
  return { ...found, scope: mintScope([found.trailId]) };
}

async function isToBeMade(tx: Tx, alias: string): Promise<boolean> {
  if (await findTrail(tx, alias)) return false;
  const guard = readGuard(`${ensureHost()}/${alias}`);
  return guard === null || guard === 'missing' || guard.size === 0; // of a file that is no guard the one door says so
}

const findTrail = async (tx: Tx, alias: string) => (await tx.execute(sql`select 1 from trail where alias = ${alias}`))[0];

/**
 * The trail in which one goes on that lost what was signed (sealing/mutations/begin-epoch.ts), made as every other; its event 0 says so.
 * @param epoch what is lost. @returns null where it is there already
 */
export const createEpoch = (origin: string, options: CreateTrailOptions, epoch: JsonObject, actor: Actor): Promise<NewTrail | null> =>
  appTransaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${TRAILS_LOCK})`);
    return (await findTrail(tx, aliasOf(origin))) ? null : insertTrail(tx, origin, options, actor, epoch);
  });

async function insertTrail(tx: Tx, origin: string, { synthetic, clock }: CreateTrailOptions, actor: Actor, epoch?: JsonObject): Promise<NewTrail> {
  const alias = aliasOf(origin);
  const vkey = vkeyOf(origin, makeLogKey(ensureSeed(origin)).publicKey);
  ensureGuard(origin);
  ensureNotesFolder(origin);
  const [row] = await tx.insert(trail).values({ origin, alias, logVkey: vkey, isSynthetic: synthetic }).returning({ trailId: trail.trailId });
  const { trailId } = row as { trailId: TrailId };
  if (!hasSigned(origin)) putUntoldAside(origin); // there was no row either: whatever it was of, it was not this
  const lastHash = genesisHash(origin);
  await tx.insert(trailHead).values({ trailId, lastHash, mac: headMac(headMacKey(), origin, 0, lastHash) });
  const scope = mintScope([trailId]);
  const created = systemDraft({
    action: 'trail.created',
    occurredAt: clock ?? appClock(),
    resourceType: 'trail',
    resourceId: origin,
    details: { hash_version: 1, log_vkey: vkey, synthetic, ...(epoch && { epoch }) },
  });
  await asWriter(tx, scope, () => appendEvents(tx, trailId, [created], { clock }));
  const added = {
    action: 'trail.added',
    actor,
    resourceType: 'trail',
    resourceId: origin,
    details: { alias, log_vkey: vkey, synthetic, ...(epoch && { epoch }) },
  };
  await recordAct(tx, added, isOwnAlias(alias) ? origin : undefined); // where the own trail goes on, its first act is its own beginning
  return { trailId, origin, alias, vkey, isSynthetic: synthetic, scope };
}
