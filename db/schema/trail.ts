import { sql } from 'drizzle-orm';
import { bigint, boolean, check, date, integer, pgTable, pgView, primaryKey, smallint, uuid } from 'drizzle-orm/pg-core';
import type { TrailId } from '../scope';
import { bytea, instant, textC } from './columns';

/** One log with one origin (SPEC: the member `trail` of every event), which never changes; `alias` is what screens and commands call it. */
export const trail = pgTable('trail', {
  trailId: integer('trail_id').$type<TrailId>().primaryKey().generatedAlwaysAsIdentity(),
  origin: textC('origin').notNull().unique('trail_origin_key'),
  alias: textC('alias').notNull().unique('trail_alias_key'),
  logVkey: textC('log_vkey').notNull(),
  isSynthetic: boolean('is_synthetic').notNull(),
  createdAt: instant('created_at').notNull().default(sql`now()`),
});

/** Where the chain ends: locked FOR UPDATE by every append (SPEC §3). `mac` is made with a key outside the database. */
export const trailHead = pgTable(
  'trail_head',
  {
    trailId: integer('trail_id')
      .$type<TrailId>()
      .primaryKey()
      .references(() => trail.trailId),
    nextSeq: bigint('next_seq', { mode: 'number' }).notNull().default(0),
    lastHash: bytea('last_hash').notNull(), // the genesis at the start
    lastRecordedAt: instant('last_recorded_at'),
    clockBehind: boolean('clock_behind').notNull().default(false), // one event per episode of each
    clockApart: boolean('clock_apart').notNull().default(false),
    mac: bytea('mac').notNull(),
  },
  (t) => [check('trail_head_last_hash_check', sql`octet_length(${t.lastHash}) = 32`)],
);

/** Which months hold which seq; derived from the events, and verified against them. `month` is its first day. */
export const trailSegment = pgTable(
  'trail_segment',
  {
    trailId: integer('trail_id').$type<TrailId>().notNull(),
    month: date('month', { mode: 'string' }).notNull(),
    firstSeq: bigint('first_seq', { mode: 'number' }).notNull(),
    lastSeq: bigint('last_seq', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.trailId, t.month] })],
);

/** Idempotency: which draft became which event. `source` is '' where the event has none. Derived, verified. */
export const eventKey = pgTable(
  'event_key',
  {
    trailId: integer('trail_id').$type<TrailId>().notNull(),
    id: uuid('id').notNull(),
    source: textC('source').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    macKey: smallint('mac_key').notNull(),
    draftMac: bytea('draft_mac').notNull(),
  },
  (t) => [primaryKey({ columns: [t.trailId, t.id, t.source] })], // id first: an id is looked up under any source
);

/** trail_head as the reader sees it: within its scope. */
export const headView = pgView('head_view', {
  trailId: integer('trail_id').$type<TrailId>().notNull(),
  nextSeq: bigint('next_seq', { mode: 'number' }).notNull(),
  lastHash: bytea('last_hash').notNull(),
  lastRecordedAt: instant('last_recorded_at'),
  clockBehind: boolean('clock_behind').notNull(),
  clockApart: boolean('clock_apart').notNull(),
  mac: bytea('mac').notNull(),
}).existing();

/** event_key as the reader sees it: within its scope, without the MACs. */
export const keyView = pgView('key_view', {
  trailId: integer('trail_id').$type<TrailId>().notNull(),
  source: textC('source').notNull(),
  id: uuid('id').notNull(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
}).existing();
