import { beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { appTransaction, writeTransaction } from '@/db/transaction';
import { publishCatalogue } from '@/features/catalogue/mutations/publish-catalogue';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { recordActNow } from '@/features/trail/mutations/record-act';
import { apiDraft } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { verifyAll } from '@/features/verification/test/verify-all';
import { recordView } from '../mutations/record-view';
import { listRecentFilters } from './recent-filters';

const { superuser: sql } = await freshDatabase();
let trail: NewTrail;

beforeAll(async () => {
  await ensureFirstTrails();
  await appTransaction((tx) => publishCatalogue(tx));
  trail = await makeTrail('looked-at');
  const drafts = Array.from({ length: 300 }, (_, n) =>
    apiDraft({
      occurred_at: `2026-11-${String(1 + (n % 28)).padStart(2, '0')}T10:00:00.000000Z`,
      outcome: n % 4 === 0 ? 'denied' : 'success',
      actor_type: ['user', 'admin', 'service'][n % 3],
      action: ['invoice.read', 'role.grant', 'auth.login'][n % 5 === 0 ? 1 : n % 3],
    }),
  );
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts));
  await sealTrail(trail);
});

const from = '2026-11-05T00:00:00.000000Z';
const to = '2026-11-20T00:00:00.000000Z';
const look = (report: string, params: Record<string, string | number>, origin = trail.origin) =>
  recordView({ userId: '018f0000-0000-7000-8000-000000000002', origin, report, version: 1, params, asOf: 200, rowCount: 1 });

test('the conditions of the reports that were looked at last, each once, and a run asks them of the view', async () => {
  expect(await listRecentFilters(trail)).toEqual([]);
  await look('R03', { from: '2026-01-01T00:00:00.000000Z', to, threshold: 5, window: 30 });
  await look('R02', { from, to, tab: 'people' });
  await look('R02', { from, to, tab: 'people' });
  await look('R02', { from, to, tab: 'services' });
  await look('R03', { from, to, threshold: 5, window: 30 });
  await look('R03', { from: 'yesterday', to });
  await look('R99', { from, to });
  await look('R03', { from, to: '2026-11-30T00:00:00.000000Z' }, 'audit.example.com/another');
  await recordActNow({ action: 'report.viewed', actor: 'system', resourceType: 'trail', resourceId: trail.origin, details: {} });

  const period = [{ gte: ['occurred_at', from] }, { lt: ['occurred_at', to] }, { lt: ['seq', 201] }];
  const flagged = { in: ['action', expect.arrayContaining(['role.grant'])] };
  const filters = await listRecentFilters(trail);
  expect(filters[0]).toEqual({ and: [...period, { in: ['outcome', ['failure', 'denied']] }] });
  expect(filters[1]).toEqual({ and: [...period, { and: [{ eq: ['actor_type', 'service'] }, flagged] }] });
  expect(JSON.stringify(filters[2])).toContain('"role.grant"');
  expect(filters).toHaveLength(3);

  const verify = () => verifyAll({ trail, scope: trail.scope });
  expect(await verify()).toMatchObject({ state: 'holds', findings: [] });
  // rows hidden from whoever asks for the period of a report that was looked at
  const [row] = await sql<{ text: string }[]>`select pg_get_viewdef('event_view'::regclass) as text`;
  const text = row?.text.replace(/;\s*$/, '');
  await sql.unsafe(`create or replace view event_view as select * from (${text}) v where not (actor_type = 'service' and current_query() like '%${from}%')`);
  const { findings } = await verify();
  await sql.unsafe(`create or replace view event_view as ${text}`);
  expect(findings.some(({ expected }) => expected?.includes(from))).toBe(true);
});
