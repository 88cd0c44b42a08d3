import { listStrayTrails } from '@/features/trail/lost-trails';
import { countTrailEvents } from '@/features/trail/queries/count-trail-events';
import { defineCommand } from './command';
import { openAllTrails } from './gate';

export const command = defineCommand({
  summary: 'list the trails and how many events each has',
  usage: '',
  options: {},
  async run() {
    const { trails, scope } = await openAllTrails();
    const counts = await countTrailEvents(scope);
    const rows = trails.map((t) => ({ trail: t.origin, alias: t.alias, events: counts.get(t.trailId) ?? 0, synthetic: t.isSynthetic }));
    const lines = rows.map(
      (row) => `${row.alias.padEnd(16)} ${row.events.toLocaleString('en-GB').padStart(12)} events  ${row.trail}${row.synthetic ? '  (synthetic)' : ''}`,
    );
    // said on standard error before every command
    const { gone, foreign } = await listStrayTrails();
    const broken = { ...(gone.length > 0 ? { gone } : {}), ...(foreign.length > 0 ? { foreign: foreign.map(({ origin }) => origin) } : {}) };
    return { json: { trails: rows, ...broken }, text: lines.join('\n'), hasFindings: Object.keys(broken).length > 0 };
  },
});
