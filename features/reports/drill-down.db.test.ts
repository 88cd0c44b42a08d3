import { describe, expect, it } from 'vitest';
import { mintScope, type TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { insertTrail } from '@/db/test/events';
import { appTransaction, readTransaction, type Tx } from '@/db/transaction';
import { currentCatalogue } from '@/features/catalogue/catalogue';
import { publishCatalogue } from '@/features/catalogue/mutations/publish-catalogue';
import { generateDemo, twelveMonthsAfter } from '@/features/demo/generate';
import { countEvents } from '@/features/trail/queries/count-events';
import { searchFilter } from '@/features/trail/question';
import { readEventSearch } from '@/features/trail/schema';
import { sharedDir } from '@/lib/test/shared';
import type { ReportPeriod } from './buckets';
import { prepareFailedCharts, prepareSprayRows, prepareThreshold } from './prepare/failed-access';
import { preparePrivileged } from './prepare/privileged';
import { getAsOf } from './queries/catalogue';
import { readFailedAccess } from './queries/read-failed-access';
import { type PrivilegedQuestion, readPrivilegedFigures, readPrivilegedPage } from './queries/read-privileged';
import { reportTabs } from './schema';
import { cloudTrail, type TestEvent } from './test/datasets';
import { insertTestEvents } from './test/insert-events';

const database = await freshDatabase();
const shared = sharedDir();
await appTransaction((tx) => publishCatalogue(tx));

/** The last weeks of the demo, in which its stories lie. */
function demoWeeks(): TestEvent[] {
  const startMs = Date.UTC(2025, 10, 25, 9);
  const endMs = twelveMonthsAfter(startMs);
  const events: TestEvent[] = [];
  for (const { draft } of generateDemo({ startMs, endMs })) {
    if (Date.parse(draft.occurred_at) < endMs - 33 * 86_400_000) continue;
    const { occurred_at: occurredAt, actor_type: actorType, actor_id: actorId, resource_type: resourceType, resource_id: resourceId, action, outcome } = draft;
    events.push({
      occurredAt,
      actorType,
      actorId,
      action,
      resourceType,
      resourceId,
      outcome,
      ip: draft.ip_address ?? null,
      details: JSON.stringify(draft.details),
    });
  }
  return events;
}

async function readPrivileged(tx: Tx, question: PrivilegedQuestion) {
  const page = await readPrivilegedPage(tx, question, currentCatalogue.version);
  return { ...page, ...(await readPrivilegedFigures(tx, question, page.classes)) };
}

const now = '2026-11-25T09:00:00.000000Z';
const sets: { name: string; events: () => TestEvent[]; period: ReportPeriod }[] = [
  { name: 'the demo', events: demoWeeks, period: { from: '2026-10-26T23:00:00.000000Z', to: now, zone: 'Europe/Berlin' } },
  { name: 'the last days of the demo', events: demoWeeks, period: { from: '2026-11-18T23:00:00.000000Z', to: now, zone: 'Europe/Berlin' } },
  ...(shared
    ? [
        {
          name: 'CloudTrail',
          events: () => cloudTrail(shared),
          period: { from: '2023-07-10T11:45:00.000000Z', to: '2023-07-10T12:37:00.000000Z', zone: 'UTC' },
        },
      ]
    : []),
];

/** How many events the Events screen finds at an address. */
async function follow(tx: Tx, trailId: TrailId, href: string): Promise<number> {
  const read = readEventSearch(Object.fromEntries(new URL(href, 'http://x').searchParams), now, 'UTC');
  if (!read.ok) throw new Error(`${href}: ${JSON.stringify(read.faults)}`);
  const { events, isExact } = await countEvents(tx, trailId, { filter: searchFilter(read.search), asOf: 10_000_000 }, { budgetMs: 60_000 });
  if (!isExact) throw new Error('not counted to the end');
  return events;
}

async function trailOf(name: string, events: readonly TestEvent[]): Promise<TrailId> {
  const trailId = await insertTrail(database.superuser, name.replaceAll(' ', '-').toLowerCase());
  await insertTestEvents(database.superuser, trailId, events);
  return trailId;
}
const asked: { name: string; period: ReportPeriod; trailId: TrailId }[] = [];
for (const { name, events, period } of sets) asked.push({ name, period, trailId: await trailOf(name, events()) });

describe.each(asked)('behind each figure of $name stand just its events', ({ period, trailId }) => {
  const within = <T>(fn: (tx: Tx, asOf: number) => Promise<T>) => readTransaction(mintScope([trailId]), async (tx) => fn(tx, await getAsOf(tx, trailId)));

  it.each(reportTabs)('privileged actions, %s', async (tab) => {
    await within(async (tx, asOf) => {
      const read = await readPrivileged(tx, { trailId, period, asOf, tab });
      const { chart, people, facts, allHref, tieOut } = preparePrivileged({ ...read, alias: 'main', tab, period, now, counted: read.tabs[tab] });
      expect(tieOut).toHaveLength(1);
      if (read.summary.total > 0) expect(await follow(tx, trailId, allHref as string)).toBe(read.summary.total);
      for (const row of chart.rows) {
        const total = Object.values(row.values).reduce((a, b) => a + b, 0);
        expect(Boolean(row.href)).toBe(total > 0);
        if (row.href) expect(await follow(tx, trailId, row.href)).toBe(total);
      }
      for (const one of people) expect(await follow(tx, trailId, one.href as string)).toBe(one.count);
      const refused = facts.find((fact) => fact.label === 'Failed or denied');
      if (refused?.href) expect(await follow(tx, trailId, refused.href)).toBe(read.summary.failed + read.summary.denied);
    });
  });

  it('failed access', async () => {
    await within(async (tx, asOf) => {
      const read = await readFailedAccess(tx, { trailId, period, asOf, threshold: 5, windowMinutes: 30, catalogue: currentCatalogue.version });
      const over = prepareThreshold({ ...read, alias: 'main', period, threshold: 5, windowMinutes: 30, recordsLockouts: false });
      const { bars, map } = prepareFailedCharts({ ...read, alias: 'main', period, now });
      expect(over.ties).toBe(true);
      expect(await follow(tx, trailId, over.facts[0]?.href as string)).toBe(read.totals.total);
      let inBars = 0;
      for (const row of bars.rows) {
        const total = Object.values(row.values).reduce((a, b) => a + b, 0);
        inBars += total;
        if (row.href) expect(await follow(tx, trailId, row.href)).toBe(total);
      }
      expect(inBars).toBe(read.totals.total);
      expect(map.rows.flatMap((row) => row.hours).reduce<number>((sum, n) => sum + (n ?? 0), 0)).toBe(read.totals.total);
      for (const row of map.rows)
        for (const [hour, href] of (row.href ?? []).entries()) if (href) expect(await follow(tx, trailId, href)).toBe(row.hours[hour]);
      for (const actor of over.actors) expect(await follow(tx, trailId, actor.href as string)).toBe(actor.total);
      for (const row of prepareSprayRows({ alias: 'main', period }, read.spraying, read.classes.login))
        expect(await follow(tx, trailId, row.href as string)).toBe(row.total);
    });
  });
});

describe('the stories of the demo', () => {
  const trailId = asked[0]?.trailId as TrailId;
  const period = { from: '2026-11-18T23:00:00.000000Z', to: now, zone: 'Europe/Berlin' };

  it('show in the report of failed access: a guessed password, a spraying address, a refused service, names that do not exist', async () => {
    const read = await readTransaction(mintScope([trailId]), async (tx) =>
      readFailedAccess(tx, { trailId, period, asOf: await getAsOf(tx, trailId), threshold: 5, windowMinutes: 30, catalogue: currentCatalogue.version }),
    );
    expect(read.guesses).toMatchObject([{ actorId: 'k.wren', failures: 46, ip: '203.0.113.77', sameAddress: true }]);
    expect(read.spraying.filter((one) => one.accounts >= 10)).toMatchObject([
      { ip: '198.51.100.23', totalAccounts: 14, total: 31, mostPerAccount: 3, successSeq: null },
    ]);
    expect(read.actors.map((one) => [one.isNameless, one.who])).toEqual([
      [false, 'k.wren'],
      [false, 'svc-reminders'],
      [true, '203.0.113.190'],
    ]);
  });

  it('show in the report of privileged actions: what was done to the logging and at night', async () => {
    const month = { ...period, from: '2026-10-26T23:00:00.000000Z' };
    const read = await readTransaction(mintScope([trailId]), async (tx) =>
      readPrivileged(tx, { trailId, period: month, asOf: await getAsOf(tx, trailId), tab: 'people' }),
    );
    const stops = read.summary.buckets.filter((bar) => bar.action === 'audit.stop');
    expect(stops.reduce((sum, bar) => sum + bar.count, 0)).toBe(2);
    expect(read.summary.outsideHours).toBeGreaterThanOrEqual(7);
    expect(read.summary.noTicket).toBeGreaterThan(10);
    expect(read.summary.actors.length).toBeLessThan(20);
  });
});
