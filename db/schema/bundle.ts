import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { TrailId } from '../scope';
import { instant } from './columns';
import { run } from './run';
import { trail } from './trail';

/** An evidence bundle that was made; each download is an event in the trail `<host>/indelible`. */
export const bundle = pgTable(
  'bundle',
  {
    bundleId: uuid('bundle_id').primaryKey(),
    runId: bigint('run_id', { mode: 'number' }).references(() => run.runId),
    trailId: integer('trail_id')
      .$type<TrailId>()
      .notNull()
      .references(() => trail.trailId),
    filter: jsonb('filter').$type<unknown>(), // NULL: no filter
    fromSeq: bigint('from_seq', { mode: 'number' }).notNull(),
    toSeq: bigint('to_seq', { mode: 'number' }).notNull(),
    level: text('level').notNull(),
    fileName: text('file_name').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    sha256: text('sha256').notNull(), // lower-case hex
    tagmanifestSha256: text('tagmanifest_sha256').notNull(),
    createdBy: uuid('created_by'),
    createdAt: instant('created_at').notNull().default(sql`now()`),
  },
  (t) => [index('bundle_trail').on(t.trailId, t.createdAt), check('bundle_level_check', sql`${t.level} in ('selection', 'asserted', 'proven')`)],
);
