import { describe, expect, it } from 'vitest';
import { mintScope, type TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { appTransaction, readTransaction, type Tx } from '@/db/transaction';
import { catalogueText, currentCatalogue } from '@/features/catalogue/catalogue';
import { publishCatalogue } from '@/features/catalogue/mutations/publish-catalogue';
import { sharedDir } from '@/lib/test/shared';
import { groupOf } from '../groups';
import { cloudTrail, type TestEvent } from '../test/datasets';
import { insertTestTrail } from '../test/insert-events';
import { type ActionClasses, classifyActions, getAsOf, getCatalogue } from './catalogue';
import { countPrivileged, countTabs, listPrivileged, type PrivilegedInput, type PrivilegedRow, type PrivilegedTab, summarisePrivileged } from './privileged';
import { getExtent, listSilentBuckets } from './recorded';

const database = await freshDatabase();
const shared = sharedDir();
await appTransaction((tx) => publishCatalogue(tx));

const trailOf = (events: readonly TestEvent[]) => insertTestTrail(database.superuser, events);

type Asked = PrivilegedInput & { classes: ActionClasses };
async function ask<T>(trailId: TrailId, tab: PrivilegedTab, fn: (tx: Tx, input: Asked) => Promise<T>, part: Partial<Asked> = {}): Promise<T> {
  return readTransaction(mintScope([trailId]), async (tx) => {
    const classes = await classifyActions(tx, trailId, currentCatalogue.version);
    const asOf = await getAsOf(tx, trailId);
    return fn(tx, { trailId, from: '2000-01-01T00:00:00.000000Z', to: '2100-01-01T00:00:00.000000Z', asOf, tab, classes, ...part });
  });
}
const whole = (tx: Tx, input: Asked) => summarisePrivileged(tx, { ...input, bounds: [input.from, input.to], zone: 'Europe/Berlin' });

async function allPages(trailId: TrailId, tab: PrivilegedTab, limit: number): Promise<PrivilegedRow[]> {
  const rows: PrivilegedRow[] = [];
  for (;;) {
    const last = rows.at(-1);
    const page = await ask(trailId, tab, (tx, input) =>
      listPrivileged(tx, { ...input, before: last ? { occurredAt: last.occurredAt, seq: last.seq } : null, limit }),
    );
    rows.push(...page);
    if (page.length < limit) return rows;
  }
}

function act(clock: string, actorType: string, action: string, more: Partial<TestEvent> = {}): TestEvent {
  return {
    occurredAt: `2026-11-10T${clock}Z`,
    actorType,
    actorId: `${actorType}-1`,
    action,
    resourceType: 'thing',
    resourceId: '1',
    outcome: 'success',
    ip: null,
    details: '{"ticket":"CHG-1"}',
    ...more,
  };
}

describe('the published catalogue', () => {
  it('is in the table as it is in the code, and its hash can be taken in SQL', async () => {
    const trailId = await trailOf([act('10:00:00', 'user', 'x.y')]);
    const held = await readTransaction(mintScope([trailId]), (tx) => getCatalogue(tx, currentCatalogue.version));
    expect(held).toEqual({ ...currentCatalogue, entries: [...held.entries] });
    expect(catalogueText(held.entries)).toBe(catalogueText(currentCatalogue.entries));
    const [row] =
      await database.superuser`select encode(sha256(convert_to(string_agg(pattern || E'\t' || category || E'\t' || is_privileged::text || E'\n', '' order by pattern), 'UTF8')), 'hex') as sha256 from action_catalogue where version = ${currentCatalogue.version}`;
    expect(row?.sha256).toBe(currentCatalogue.sha256);
  });

  it('is published once', async () => {
    expect(await appTransaction((tx) => publishCatalogue(tx))).toEqual({ id: currentCatalogue.version, sha256: currentCatalogue.sha256, isNew: false });
  });
});

describe('privileged actions', () => {
  it('are those of people: flagged by the catalogue or done by an admin, log-ins that failed left out, services and systems apart', async () => {
    const trailId = await trailOf([
      act('09:00:00', 'user', 'role.grant'),
      act('09:01:00', 'user', 'patient.view'),
      act('09:02:00', 'admin', 'patient.view'),
      act('09:03:00', 'admin', 'auth.login'),
      act('09:04:00', 'admin', 'auth.login', { outcome: 'failure' }),
      act('09:05:00', 'admin', 'never.seen'),
      act('09:06:00', 'service', 'role.grant'),
      act('09:07:00', 'service', 'patient.view'),
      act('09:08:00', 'system', 'patient.view'),
      act('09:09:00', 'user', 'audit.stop', { outcome: 'denied' }),
    ]);
    const seqs = async (tab: PrivilegedTab) => (await allPages(trailId, tab, 100)).map((row) => row.seq);
    expect(await seqs('people')).toEqual([9, 5, 3, 2, 0]);
    expect(await seqs('services')).toEqual([6]);
    expect(await seqs('system')).toEqual([8]);
    const summary = await ask(trailId, 'people', whole);
    expect(summary).toMatchObject({ total: 5, failed: 0, denied: 1, firstSeq: 0, lastSeq: 9 });
  });

  it('count what has no ticket, and what happened outside 08 to 18 in the zone of the report', async () => {
    const trailId = await trailOf([
      act('06:59:59', 'admin', 'config.update'), // 07:59:59 in Berlin
      act('07:00:00', 'admin', 'config.update', { details: '{}' }), // 08:00
      act('16:59:59', 'admin', 'config.update', { details: '{"ticket":""}' }), // 17:59:59
      act('17:00:00', 'admin', 'config.update', { details: '{"ticket":null}' }), // 18:00
    ]);
    expect(await ask(trailId, 'people', whole)).toMatchObject({ total: 4, noTicket: 3, outsideHours: 2, weekend: 0 });
  });

  it('tie out: bars, people, count and pages give the same number, whatever the size of a page', async () => {
    const events = Array.from({ length: 157 }, (_, n) =>
      act(
        `${String(8 + Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:00`,
        n % 3 ? 'admin' : 'user',
        n % 5 ? 'config.update' : 'role.grant',
        { actorId: `a${n % 7}` },
      ),
    );
    // many in one instant: the seq breaks the tie between pages
    const trailId = await trailOf([...events, ...Array.from({ length: 40 }, () => act('12:00:00', 'admin', 'key.rotate'))]);
    const bounds = ['2026-11-10T08:00:00.000000Z', '2026-11-10T09:30:00.000000Z', '2026-11-10T11:00:00.000000Z', '2026-11-11T00:00:00.000000Z'];
    const range = { from: bounds[0] as string, to: bounds[3] as string };
    const summary = await ask(trailId, 'people', (tx, input) => summarisePrivileged(tx, { ...input, bounds, zone: 'UTC' }), range);
    expect(summary.total).toBe(197);
    expect(summary.buckets.reduce((sum, bar) => sum + bar.count, 0)).toBe(197);
    expect(summary.actors.reduce((sum, one) => sum + one.count, 0)).toBe(197);
    expect(await ask(trailId, 'people', countPrivileged, range)).toBe(197);
    for (const limit of [7, 50, 197, 500]) {
      const rows = await allPages(trailId, 'people', limit);
      expect(new Set(rows.map((row) => row.seq)).size).toBe(197);
      expect(rows.map((row) => row.seq)).toEqual(
        [...rows].sort((a, b) => (a.occurredAt < b.occurredAt ? 1 : a.occurredAt > b.occurredAt ? -1 : b.seq - a.seq)).map((row) => row.seq),
      );
    }
  });

  it('are counted once on the bound between two periods', async () => {
    const trailId = await trailOf([act('10:00:00', 'admin', 'config.update')]);
    const noon = '2026-11-10T10:00:00.000000Z';
    expect(await ask(trailId, 'people', countPrivileged, { to: noon })).toBe(0);
    expect(await ask(trailId, 'people', countPrivileged, { from: noon })).toBe(1);
  });

  it.skipIf(!shared)('are 529 by people on the CloudTrail set, 5 by services, and 76 acts of systems', async () => {
    const trailId = await trailOf(cloudTrail(shared as string));
    expect(await ask(trailId, 'people', countTabs)).toEqual({ people: 529, services: 5, system: 76 });
    const summary = await ask(trailId, 'people', whole);
    const groups: Record<string, number> = {};
    const classes = await ask(trailId, 'people', async (_, input) => input.classes);
    for (const bar of summary.buckets) {
      const group = groupOf(classes.classify(bar.action));
      groups[group] = (groups[group] ?? 0) + bar.count;
    }
    expect(groups).toEqual({ config: 365, secrets: 68, rights: 73, accounts: 8, audit: 15 });
    expect(summary).toMatchObject({ total: 529, noTicket: 529, outsideHours: 0 });
    expect(await allPages(trailId, 'people', 50)).toHaveLength(529);
  });
});

describe('what was recorded at all', () => {
  it('tells a silent hour from an hour without a privileged act, and names the nearest', async () => {
    const trailId = await trailOf([act('10:10:00', 'user', 'patient.view'), act('12:30:00', 'admin', 'config.update')]);
    const bounds = ['10', '11', '12', '13'].map((hour) => `2026-11-10T${hour}:00:00.000000Z`);
    await ask(trailId, 'people', async (tx, input) => {
      expect(await listSilentBuckets(tx, { ...input, bounds })).toEqual([1]);
      expect(await getExtent(tx, input)).toEqual({ first: '2026-11-10T10:10:00.000000Z', last: '2026-11-10T12:30:00.000000Z' });
    });
  });
});
