import { bigint, date, integer, pgTable, pgView, primaryKey, smallint } from 'drizzle-orm/pg-core';
import type { TrailId } from '../scope';
import { bytea, instant, textC } from './columns';

/**
 * The Merkle tree of a trail in tiles (SPEC §5): `hashes` holds `width` × 32 bytes. A full tile (256) never changes, which a trigger enforces; one of each level is partial
 * and grows. Not trusted: what tiles say is judged by signed roots.
 */
export const tile = pgTable(
  'tile',
  {
    trailId: integer('trail_id').$type<TrailId>().notNull(),
    level: smallint('level').notNull(),
    n: bigint('n', { mode: 'number' }).notNull(),
    width: smallint('width').notNull(),
    hashes: bytea('hashes').notNull(),
  },
  (t) => [primaryKey({ name: 'tile_pkey', columns: [t.trailId, t.level, t.n] })],
);

/** What was signed (SPEC §6), each note as it is. The newest stands in a file beside the key too; these rows only add to what is known. */
export const checkpoint = pgTable(
  'checkpoint',
  {
    trailId: integer('trail_id').$type<TrailId>().notNull(),
    size: bigint('size', { mode: 'number' }).notNull(),
    root: bytea('root').notNull(),
    note: textC('note').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ name: 'checkpoint_pkey', columns: [t.trailId, t.size, t.root] })],
);

/** What a commitment in an event hides (SPEC §4). Deleting the row, with the act that says so, is erasure. */
export const sealedValue = pgTable(
  'sealed_value',
  {
    trailId: integer('trail_id').$type<TrailId>().notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    pointer: textC('pointer').notNull(),
    disclosure: textC('disclosure').notNull(),
  },
  (t) => [primaryKey({ name: 'sealed_value_pkey', columns: [t.trailId, t.seq, t.pointer] })],
);

/** Events by hour of occurred_at, for each full block of 65,536 seqs: written once, derived again by every verification (docs/data-model.md). */
export const countHour = pgTable(
  'count_hour',
  {
    trailId: integer('trail_id').$type<TrailId>().notNull(),
    block: integer('block').notNull(),
    hour: instant('hour').notNull(),
    actorType: textC('actor_type').notNull(),
    outcome: textC('outcome').notNull(),
    n: integer('n').notNull(),
  },
  (t) => [primaryKey({ name: 'count_hour_pkey', columns: [t.trailId, t.block, t.hour, t.actorType, t.outcome] })],
);

/** The same by day (UTC) and by what was done to which kind of thing. */
export const countDay = pgTable(
  'count_day',
  {
    trailId: integer('trail_id').$type<TrailId>().notNull(),
    block: integer('block').notNull(),
    dayUtc: date('day_utc', { mode: 'string' }).notNull(),
    action: textC('action').notNull(),
    actorType: textC('actor_type').notNull(),
    outcome: textC('outcome').notNull(),
    resourceType: textC('resource_type').notNull(),
    n: integer('n').notNull(),
  },
  (t) => [primaryKey({ name: 'count_day_pkey', columns: [t.trailId, t.block, t.dayUtc, t.action, t.actorType, t.outcome, t.resourceType] })],
);

/** The same by hour and outcome alone: a year of everything is then a row an hour, not one for each kind of actor too. */
export const countOutcome = pgTable(
  'count_outcome',
  {
    trailId: integer('trail_id').$type<TrailId>().notNull(),
    block: integer('block').notNull(),
    hour: instant('hour').notNull(),
    success: integer('success').notNull(),
    failure: integer('failure').notNull(),
    denied: integer('denied').notNull(),
  },
  (t) => [primaryKey({ name: 'count_outcome_pkey', columns: [t.trailId, t.block, t.hour] })],
);

/** tile as the reader sees it: within its scope. */
export const tileView = pgView('tile_view', {
  trailId: integer('trail_id').$type<TrailId>().notNull(),
  level: smallint('level').notNull(),
  n: bigint('n', { mode: 'number' }).notNull(),
  width: smallint('width').notNull(),
  hashes: bytea('hashes').notNull(),
}).existing();

/** checkpoint as the reader sees it: within its scope. */
export const checkpointView = pgView('checkpoint_view', {
  trailId: integer('trail_id').$type<TrailId>().notNull(),
  size: bigint('size', { mode: 'number' }).notNull(),
  root: bytea('root').notNull(),
  note: textC('note').notNull(),
  createdAt: instant('created_at').notNull(),
}).existing();
