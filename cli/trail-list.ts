import { listLostTrails } from '@/features/trail/lost-trails';
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
    const gone = await listLostTrails(); // said on standard error before every command
    return { json: { trails: rows, ...(gone.length > 0 ? { gone } : {}) }, text: lines.join('\n'), hasFindings: gone.length > 0 };
  },
});
