import { bigint, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import type { TrailId } from '../scope';
import { bytea } from './columns';

/**
 * What stays of an event whose texts were disposed of (SPEC §11): the hashes of its halves, so that the chain goes on over it. Whether it may be one, a signed act
 * `events.disposed` says and every verification judges. Written by the owner alone, in the step that takes the rows away; nobody changes or deletes one.
 */
export const eventStub = pgTable(
  'event_stub',
  {
    trailId: integer('trail_id').$type<TrailId>().notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    headerHash: bytea('header_hash').notNull(),
    payloadHash: bytea('payload_hash').notNull(),
    eventHash: bytea('event_hash').notNull(),
  },
  (t) => [primaryKey({ name: 'event_stub_pkey', columns: [t.trailId, t.seq] })],
);
