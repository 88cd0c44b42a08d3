import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { Finding } from '@/core/finding';
import { STATE_ACTIONS, StateJudge, type StoredState } from '@/core/state-judge';
import { actionCatalogue } from '@/db/schema/action-catalogue';
import { appUser } from '@/db/schema/app-user';
import { eventView as e } from '@/db/schema/audit-event';
import { scopeOf, type TrailId } from '@/db/scope';
import { appTransaction, readTransaction, type Tx } from '@/db/transaction';
import { catalogueOf } from '@/features/catalogue/catalogue';
import { actColumns, readDoneRuns } from './done-runs';

/**
 * SPEC §8: accounts, catalogues and runs that no event of the product's own trail explains. The whole trail is asked, whatever range is verified; that its events hold is for the walk to say.
 * The tables are read before the acts and once more after them: what changes meanwhile changes with its act in one transaction, so that what stands unexplained both times was unexplained
 * between them. A run that is done stays so.
 * @param own `<host>/indelible`, and no other trail
 * @returns `runsLeftOut`: the trails of which no run was compared, since events that would tell of them may be gone
 */
export async function findUnloggedState(own: { trailId: TrailId; origin: string }): Promise<{ found: Omit<Finding, 'lastGood'>[]; runsLeftOut: string[] }> {
  const { runs, acts, leftOut } = await readDoneRuns(own);
  const before = await readState();
  const judge = await foldActs(own);
  for (const act of acts) judge.act(act);
  const after = await readState();
  const stood = new Set(judge.end({ ...before, runs }).map(textOf));
  return { found: judge.end({ ...after, runs }).filter((finding) => stood.has(textOf(finding))), runsLeftOut: leftOut };
}

const textOf = ({ expected, found }: Omit<Finding, 'lastGood'>) => JSON.stringify([expected, found]);

const foldActs = ({ trailId, origin }: { trailId: TrailId; origin: string }): Promise<StateJudge> =>
  readTransaction(scopeOf(trailId), async (tx) => {
    const judge = new StateJudge();
    const acts = await tx
      .select(actColumns)
      .from(e)
      .where(and(eq(e.trailId, trailId), inArray(e.action, [...STATE_ACTIONS])))
      .orderBy(asc(e.seq));
    for (const act of acts) judge.act({ trail: origin, ...act });
    return judge;
  });

const readState = (): Promise<Omit<StoredState, 'runs'>> =>
  appTransaction(async (tx: Tx) => {
    const accounts = await tx
      .select({ userId: appUser.userId, role: appUser.role, isDisabled: sql<boolean>`${isNotNull(appUser.disabledAt)}` })
      .from(appUser)
      .orderBy(asc(appUser.userId));
    const rows = await tx.select().from(actionCatalogue).orderBy(asc(actionCatalogue.version), asc(actionCatalogue.pattern));
    const versions = [...new Set(rows.map(({ version }) => version))];
    const catalogues = versions.map((version) => ({
      version,
      sha256: catalogueOf(
        version,
        rows.filter((row) => row.version === version),
      ).sha256,
    }));
    return { accounts, catalogues };
  });
