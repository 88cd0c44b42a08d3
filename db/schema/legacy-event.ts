import { bigint, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import type { TrailId } from '../scope';
import { bytea, textC } from './columns';

/**
 * Exact texts of events of hash version 0 (SPEC §9), as they were hashed: no number of a trail, no leaf of its tree. `trail_id`: the trail whose import brought them, which
 * bounds who may read them.
 */
export const legacyEvent = pgTable(
  'legacy_event',
  {
    trailId: integer('trail_id').$type<TrailId>().notNull(),
    importId: textC('import_id').notNull(),
    position: bigint('position', { mode: 'number' }).notNull(),
    exactText: textC('exact_text').notNull(),
    eventHash: bytea('event_hash').notNull(),
  },
  (t) => [primaryKey({ name: 'legacy_event_pkey', columns: [t.trailId, t.importId, t.position] })],
);
