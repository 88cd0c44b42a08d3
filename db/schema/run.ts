import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { TrailId } from '../scope';
import { bytea, instant } from './columns';
import { trail } from './trail';

export const RUN_KINDS = ['verify', 'resource', 'import', 'bundle'] as const;
export const RUN_STATES = ['queued', 'running', 'done', 'cancelled', 'failed', 'interrupted'] as const;
export type RunKindName = (typeof RUN_KINDS)[number];
export type RunState = (typeof RUN_STATES)[number];

const oneOf = (names: readonly string[]) => sql.raw(names.map((name) => `'${name}'`).join(', '));

/** A long job: how it survives a reload, is seen by a second viewer and is cancelled. */
export const run = pgTable(
  'run',
  {
    runId: bigint('run_id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text('kind').$type<RunKindName>().notNull(),
    trailId: integer('trail_id')
      .$type<TrailId>()
      .notNull()
      .references(() => trail.trailId),
    state: text('state').$type<RunState>().notNull().default('queued'),
    params: jsonb('params').$type<Record<string, unknown>>().notNull().default({}),
    done: bigint('done', { mode: 'number' }).notNull().default(0),
    total: bigint('total', { mode: 'number' }), // NULL: not known (yet)
    counts: jsonb('counts').$type<Record<string, number>>().notNull().default({}),
    result: jsonb('result').$type<Record<string, unknown>>(),
    fromSeq: bigint('from_seq', { mode: 'number' }),
    toSeq: bigint('to_seq', { mode: 'number' }),
    toEventHash: bytea('to_event_hash'),
    startedBy: uuid('started_by'), // NULL: the command line or a schedule. No foreign key: a run outlives its starter's account.
    startedAt: instant('started_at'), // NULL while queued
    owner: text('owner'), // the process that drives it
    heartbeatAt: instant('heartbeat_at'),
    cancelRequestedAt: instant('cancel_requested_at'),
    finishedAt: instant('finished_at'),
  },
  (t) => [
    check('run_kind_check', sql`${t.kind} in (${oneOf(RUN_KINDS)})`),
    check('run_state_check', sql`${t.state} in (${oneOf(RUN_STATES)})`),
    index('run_trail').on(t.trailId, t.runId),
    index('run_open').on(t.runId).where(sql`${t.state} in ('queued', 'running', 'interrupted')`), // what the runner asks for all day
  ],
);

/** What tells a run from the one that has its number in another database; null of a row that was not made by `createRun`. */
export const runKey = sql<string | null>`${run.params} ->> 'key'`;

/** The first 10,000 findings of a verification; the rest lie in a file (SPEC §8). */
export const runFinding = pgTable(
  'run_finding',
  {
    runId: bigint('run_id', { mode: 'number' })
      .notNull()
      .references(() => run.runId, { onDelete: 'cascade' }),
    n: integer('n').notNull(),
    code: text('code').notNull(),
    seq: bigint('seq', { mode: 'number' }), // NULL: a finding about no single event
    expected: text('expected'),
    found: text('found'),
    lastGood: bigint('last_good', { mode: 'number' }),
  },
  (t) => [primaryKey({ columns: [t.runId, t.n] })],
);

/** Records an import did not take, each with its place and the reason. */
export const importReject = pgTable(
  'import_reject',
  {
    runId: bigint('run_id', { mode: 'number' })
      .notNull()
      .references(() => run.runId, { onDelete: 'cascade' }),
    n: integer('n').notNull(),
    file: text('file').notNull(),
    line: bigint('line', { mode: 'number' }).notNull(), // record number in a JSON file
    reason: text('reason').notNull(),
  },
  (t) => [primaryKey({ columns: [t.runId, t.n] })],
);
