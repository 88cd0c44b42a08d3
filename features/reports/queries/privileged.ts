import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '@/db/transaction';
import { privilegedFilter } from '../links';
import type { ActionClasses } from './catalogue';
import { countInPeriod } from './recorded';
import { type ReportRange, since, textArray, timeArray, timeText, within } from './sql';

export type PrivilegedTab = 'people' | 'services' | 'system';
export type PrivilegedInput = ReportRange & { tab: PrivilegedTab; classes: Pick<ActionClasses, 'privileged' | 'login'> };

/**
 * R02. People: flagged by the catalogue, or done by an admin; a failed log-in only claims an identity and never counts. Services: flagged by the catalogue. System: all that
 * system actors did. The actor types stand as constants, so that the planner sees that the partial index of admins and systems holds every row of its branch.
 */
export function privilegedWhere(tab: PrivilegedTab, { privileged, login }: PrivilegedInput['classes']): SQL {
  const flagged = sql`e.action = any (${textArray(privileged)})`;
  const isClaimed = sql`(e.action = any (${textArray(login)}) and e.outcome <> 'success')`;
  if (tab === 'system') return sql`e.actor_type = 'system'`;
  if (tab === 'services') return sql`(e.actor_type = 'service' and ${flagged} and not ${isClaimed})`;
  return sql`((${flagged} and e.actor_type in ('user', 'admin')) or e.actor_type = 'admin') and not ${isClaimed}`;
}

/** A flagged act needs a ticket; an admin's log-in, or another act that is not flagged, does not. */
const lacksTicket = ({ privileged }: PrivilegedInput['classes']): SQL =>
  sql`(e.action = any (${textArray(privileged)}) and coalesce(e.details ->> 'ticket', '') = '')`;

export type PrivilegedBucket = { bucket: number; action: string; actorType: string; count: number };
export type PrivilegedActor = { actorId: string; actorType: string; count: number; noTicket: number };
export type PrivilegedSummary = {
  buckets: PrivilegedBucket[];
  actors: PrivilegedActor[];
  total: number;
  noTicket: number;
  failed: number;
  denied: number;
  outsideHours: number;
  weekend: number;
  /** Seqs of the first and last event counted; null where none was. */
  firstSeq: number | null;
  lastSeq: number | null;
};

export const summaryQuery = (input: PrivilegedInput & { bounds: readonly string[]; zone: string }): SQL => sql`
  with p as (
    select width_bucket(e.occurred_at, ${timeArray(input.bounds.slice(0, -1))}) - 1 as bucket, e.action, e.actor_type, e.actor_id, e.outcome, e.seq, ${lacksTicket(input.classes)} as no_ticket,
      e.occurred_at at time zone ${input.zone}::text as local
    from event_view e where ${within(input)} and ${privilegedWhere(input.tab, input.classes)})
  select bucket, action, actor_type as "actorType", actor_id as "actorId", grouping(bucket) as "g1", grouping(actor_id) as "g2", count(*) as count, count(*) filter (where no_ticket) as "noTicket",
    count(*) filter (where outcome = 'failure') as failed, count(*) filter (where outcome = 'denied') as denied,
    count(*) filter (where extract(hour from local) not between 8 and 17) as "outsideHours", count(*) filter (where extract(isodow from local) > 5) as weekend,
    min(seq) as "firstSeq", max(seq) as "lastSeq"
  from p group by grouping sets ((bucket, action, actor_type), (actor_id, actor_type), ())`;

type SummaryRow = Record<'bucket' | 'action' | 'actorType' | 'actorId' | 'count' | 'noTicket' | 'failed' | 'denied' | 'outsideHours' | 'weekend', string> & {
  g1: number;
  g2: number;
  firstSeq: string | null;
  lastSeq: string | null;
};

/** One scan gives the bars, the people and the totals. */
export async function summarisePrivileged(tx: Tx, input: Parameters<typeof summaryQuery>[0]): Promise<PrivilegedSummary> {
  const rows = await tx.execute<SummaryRow>(summaryQuery(input));
  const buckets: PrivilegedBucket[] = [];
  const actors: PrivilegedActor[] = [];
  let totals: SummaryRow | undefined;
  for (const row of rows) {
    const { actorType, action, actorId } = row;
    if (row.g1 === 0) buckets.push({ bucket: Number(row.bucket), action, actorType, count: Number(row.count) });
    else if (row.g2 === 0) actors.push({ actorId, actorType, count: Number(row.count), noTicket: Number(row.noTicket) });
    else totals = row;
  }
  const seq = (text: string | null | undefined) => (text === null || text === undefined ? null : Number(text));
  return {
    buckets,
    actors: actors.sort((a, b) => b.count - a.count || (a.actorId < b.actorId ? -1 : 1)),
    total: Number(totals?.count ?? 0),
    noTicket: Number(totals?.noTicket ?? 0),
    failed: Number(totals?.failed ?? 0),
    denied: Number(totals?.denied ?? 0),
    outsideHours: Number(totals?.outsideHours ?? 0),
    weekend: Number(totals?.weekend ?? 0),
    firstSeq: seq(totals?.firstSeq),
    lastSeq: seq(totals?.lastSeq),
  };
}

/** The figures beside the tabs, and of the table under each. */
export async function countTabs(tx: Tx, { classes, ...range }: Omit<PrivilegedInput, 'tab'>): Promise<Record<PrivilegedTab, number>> {
  const of = (tab: PrivilegedTab) => countPrivileged(tx, { ...range, classes, tab });
  return { people: await of('people'), services: await of('services'), system: await of('system') };
}

/** By the condition that the links to the events have, from other figures than the summary: that both are equal is what a report's tie-out says. */
export async function countPrivileged(tx: Tx, { tab, classes, ...range }: PrivilegedInput): Promise<number> {
  return tab === 'services' && classes.privileged.length === 0 ? 0 : countInPeriod(tx, range, privilegedFilter(tab, classes.privileged, classes.login));
}

export type PrivilegedRow = {
  seq: number;
  occurredAt: string;
  actorId: string;
  actorType: string;
  action: string;
  resourceType: string;
  resourceId: string;
  outcome: string;
  ip: string | null;
  ticket: string | null;
  reason: string | null;
};
export type Cursor = { occurredAt: string; seq: number };

export const rowsQuery = (input: PrivilegedInput & { before: Cursor | null; limit: number }): SQL => {
  const end = input.before && input.before.occurredAt < input.to ? input.before : { occurredAt: input.to, seq: 0 };
  return sql`
  select e.seq, ${timeText(sql`e.occurred_at`)} as "occurredAt", e.actor_id as "actorId", e.actor_type as "actorType", e.action, e.resource_type as "resourceType", e.resource_id as "resourceId", e.outcome,
    e.ip_address as ip, e.details ->> 'ticket' as ticket, e.details ->> 'reason' as reason
  from event_view e where ${since(input)} and ${privilegedWhere(input.tab, input.classes)} and (e.occurred_at, e.seq) < (${end.occurredAt}::timestamptz, ${end.seq}::bigint)
  order by e.occurred_at desc, e.seq desc limit ${input.limit}::int`;
};

/** Newest first; `before` is the last row of the page above. */
export async function listPrivileged(tx: Tx, input: Parameters<typeof rowsQuery>[0]): Promise<PrivilegedRow[]> {
  const rows = await tx.execute<Omit<PrivilegedRow, 'seq'> & { seq: string }>(rowsQuery(input));
  return rows.map((row) => ({ ...row, seq: Number(row.seq), ticket: row.ticket || null }));
}
