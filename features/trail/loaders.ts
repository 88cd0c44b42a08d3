import 'server-only';
import { cache } from 'react';
import { requireTrail, requireTrails } from '@/features/access/loaders';
import { isProtectedFromDatabaseAdmin } from './protection';
import { countTrailEvents } from './queries/count-trail-events';
import { getCoverage } from './queries/get-coverage';
import type { Shell, ShellTrail } from './shell';

/** What the frame around every page of a trail shows. */
export const loadShell = cache(async (alias: string): Promise<Shell> => {
  const { session, trail, scope } = await requireTrail(alias);
  const [coverage, trails, isProtected] = await Promise.all([getCoverage(scope, trail.trailId), loadTrails(), isProtectedFromDatabaseAdmin()]);
  return {
    trails,
    trail: { alias: trail.alias, origin: trail.origin, events: coverage.events, isSynthetic: trail.isSynthetic },
    person: { name: session.name, email: session.email, role: session.role },
    coverage: { ...coverage, isProtectedFromDatabaseAdmin: isProtected },
    openFindings: coverage.breaks.length,
  };
});

/** The trails of the switcher, each counted within its own scope. */
async function loadTrails(): Promise<ShellTrail[]> {
  const all = await requireTrails();
  return Promise.all(
    all.map(async ({ trail: { trailId, alias, origin, isSynthetic }, scope }) => ({
      alias,
      origin,
      isSynthetic,
      events: (await countTrailEvents(scope)).get(trailId) ?? 0,
    })),
  );
}
