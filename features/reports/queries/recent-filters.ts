import 'server-only';
import { and, desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Filter } from '@/core/filter';
import { normaliseTime } from '@/core/time';
import { eventView as e } from '@/db/schema/audit-event';
import { trail as trails } from '@/db/schema/trail';
import { scopeOf, type TrailId } from '@/db/scope';
import { appTransaction, readTransaction } from '@/db/transaction';
import { currentCatalogue } from '@/features/catalogue/catalogue';
import { ownOrigin } from '@/features/trail/mutations/record-act';
import { all, privilegedFilter, refused } from '../links';
import { failedAccessReport, privilegedReport } from '../report-ids';
import { reportTabs } from '../schema';
import { type ActionClasses, classifyActions } from './catalogue';

/** What every report asks for, of any period: each has an index of its own, of these rows alone, which no other question goes through. */
export const standingFilters: readonly Filter[] = [refused, { in: ['actor_type', ['admin', 'system']] }];

const VIEWS = 50;
const MOST = 3;

const time = z.string().refine((text) => normaliseTime(text) === text);
const view = z.object({
  query: z.object({
    report: z.enum([privilegedReport.id, failedAccessReport.id]),
    params: z.object({ from: time, to: time, tab: z.enum(reportTabs).optional() }),
    as_of_seq: z.int().min(0),
  }),
});

/** The conditions of the reports of a trail that people looked at last, each with its period: the newest three that differ. By what the product's own trail tells of them. */
export async function listRecentFilters({ trailId, origin }: { trailId: TrailId; origin: string }): Promise<Filter[]> {
  const [own] = await appTransaction((tx) => tx.select({ trailId: trails.trailId }).from(trails).where(eq(trails.origin, ownOrigin())));
  if (!own) return [];
  const rows = await readTransaction(scopeOf(own.trailId), (tx) =>
    tx
      .select({ details: e.details })
      .from(e)
      .where(and(eq(e.trailId, own.trailId), eq(e.resourceType, 'trail'), eq(e.resourceId, origin), eq(e.action, 'report.viewed')))
      .orderBy(desc(e.occurredAt), desc(e.seq))
      .limit(VIEWS),
  );
  const views = rows.flatMap(({ details }) => view.safeParse(JSON.parse(details)).data?.query ?? []);
  const recent = [...new Map(views.map((one) => [JSON.stringify([one.report, one.params]), one])).values()].slice(0, MOST);
  const isPrivileged = recent.some(({ report }) => report === privilegedReport.id);
  const classes = isPrivileged ? await readTransaction(scopeOf(trailId), (tx) => classifyActions(tx, trailId, currentCatalogue.version)) : null;
  return recent.map(({ report, params: { from, to, tab = 'people' }, as_of_seq }) =>
    all(
      { gte: ['occurred_at', from] },
      { lt: ['occurred_at', to] },
      { lt: ['seq', as_of_seq + 1] },
      report === privilegedReport.id ? privilegedOf(classes, tab) : refused,
    ),
  );
}

function privilegedOf(classes: Pick<ActionClasses, 'privileged' | 'login'> | null, tab: (typeof reportTabs)[number]): Filter {
  const { privileged, login } = classes ?? { privileged: [], login: [] };
  return privilegedFilter(tab, privileged, login);
}
