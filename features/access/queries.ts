import { eq, sql } from 'drizzle-orm';
import { appUser } from '@/db/schema/app-user';
import { trail } from '@/db/schema/trail';
import type { TrailId } from '@/db/scope';
import { appTransaction, type Tx } from '@/db/transaction';
import { originOfAlias, previousEpochOf } from '@/features/trail/epoch-name';
import { isMadeHere } from '@/features/trail/log-seed';
import { AppError } from '@/lib/errors';
import { ensureHost } from '@/lib/home';

export type Account = typeof appUser.$inferSelect;
export type TrailRow = { trailId: TrailId; alias: string; origin: string; isSynthetic: boolean; logVkey: string; createdAt: string };

const sameEmail = (email: string) => sql`lower(${appUser.email}) = lower(${email})`;

/** The account of an address in any case, or null. `lock`: nobody else counts a try of it until the transaction ends. */
export async function findAccount(tx: Tx, email: string, lock = false): Promise<Account | null> {
  const query = tx.select().from(appUser).where(sameEmail(email));
  const [row] = await (lock ? query.for('update') : query);
  return row ?? null;
}

/** What a session is checked against with every request. */
export const findSessionAccount = (userId: string) =>
  appTransaction(async (tx) => {
    const [row] = await tx
      .select({
        userId: appUser.userId,
        name: appUser.name,
        email: appUser.email,
        role: appUser.role,
        sessionVersion: appUser.sessionVersion,
        disabledAt: appUser.disabledAt,
      })
      .from(appUser)
      .where(eq(appUser.userId, userId));
    return row ?? null;
  });

/** The trails of this installation, oldest first; `<host>/indelible`, our own, and its epochs last. */
export const listTrails = async (): Promise<TrailRow[]> => (await listRows()).filter(isOf(ensureHost()));

/**
 * Rows of trails that were never made here, since each is made under this host, and an epoch with files of its own in this home: who holds the database wrote them. Nothing seals,
 * verifies or shows them.
 */
export const listForeignTrails = async (): Promise<TrailRow[]> => {
  const isOurs = isOf(ensureHost());
  return (await listRows()).filter((row) => !isOurs(row));
};

const isOf =
  (host: string) =>
  ({ origin, alias }: TrailRow): boolean =>
    origin === originOfAlias(host, alias) && (previousEpochOf(origin) === null || isMadeHere(origin));

const listRows = (): Promise<TrailRow[]> =>
  appTransaction((tx) =>
    tx
      .select({
        trailId: trail.trailId,
        alias: trail.alias,
        origin: trail.origin,
        isSynthetic: trail.isSynthetic,
        logVkey: trail.logVkey,
        createdAt: trail.createdAt,
      })
      .from(trail)
      .orderBy(sql`${trail.alias} ~ '^indelible(_e[0-9]+)?$'`, trail.trailId),
  );

/** @throws AppError TRAIL_UNKNOWN */
export async function getTrailRow(trailId: TrailId): Promise<TrailRow> {
  const row = (await listTrails()).find((one) => one.trailId === trailId);
  if (!row) throw new AppError('TRAIL_UNKNOWN', { hint: `there is no trail ${trailId}` });
  return row;
}
