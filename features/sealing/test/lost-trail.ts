// For tests of appends that are gone: a trail of nine events, six of them signed, states of it that are kept and put back, and processes that know nothing of one another.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach } from 'vitest';
import { bindRuntime, openRuntime } from '@/db/runtime';
import type { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { beginEpoch, getEpochState } from '../mutations/begin-epoch';
import { sealTrail } from '../mutations/seal-trail';

const TABLES = ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint'];
export const SIGNED = 6;
export const APPENDED = 9;

type Database = Awaited<ReturnType<typeof freshDatabase>>;
export type LostTrail = Awaited<ReturnType<typeof makeLostTrail>>;

/** Every test of the file has a lost trail of its own, and is told of it before it begins. */
export function eachHasLostTrail(database: Database, prefix: string, tell: (at: LostTrail) => void | Promise<void>) {
  let made = 0;
  beforeAll(async () => {
    await ensureFirstTrails();
    await database.superuser`create schema backup`;
  });
  beforeEach(async () => tell(await makeLostTrail(database, `${prefix}-${++made}`)));
}

/** Six events are signed (kept as `old`), and three more were appended by this process (`whole`). Needs the first trails and the schema `backup`. */
export async function makeLostTrail(database: Database, name: string) {
  const { superuser: sql, home } = database;
  const trail = await makeTrail(name);
  const table = (state: string, of: string) => `backup."${state}_${name}_${of}"`;

  const append = (count: number) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(count)));
  /** Why the signer refuses; null where it signed. */
  const reason = async () => {
    const outcome = await sealTrail(trail);
    return outcome.ok ? null : outcome.reason;
  };
  const keep = async (state: string) => {
    for (const of of TABLES) await sql.unsafe(`create table ${table(state, of)} as select * from ${of} where trail_id = ${trail.trailId}`);
  };
  const attack = (fn: (tx: { unsafe: (text: string) => Promise<unknown> }) => Promise<void>) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await fn({ unsafe: async (text) => await tx.unsafe(text) });
    });
  /** All nine are signed: kept as `newest`. */
  const signAll = async () => {
    const refused = await reason();
    if (refused !== null) throw new Error(refused);
    await keep('newest');
  };
  const restore = (state: string) =>
    attack(async (tx) => {
      for (const of of TABLES) {
        await tx.unsafe(`delete from ${of} where trail_id = ${trail.trailId}`);
        await tx.unsafe(`insert into ${of} select * from ${table(state, of)}`);
      }
    });
  const deleteRow = (seq: number) => attack(async (tx) => void (await tx.unsafe(`delete from audit_event where trail_id = ${trail.trailId} and seq = ${seq}`)));
  const acts = async (): Promise<unknown[]> =>
    (
      await sql`select details::jsonb as details from audit_event e join trail t using (trail_id)
        where t.alias = 'indelible' and action = 'guard.adopted' and resource_id = ${trail.origin} order by e.seq`
    ).map(({ details }) => details);
  const keyFile = (kind: string) => path.join(home, 'keys', `${trail.alias}.${kind}`);
  const REFUSAL = ['refused', 'known'];
  /** The refusal of this moment, with what it knows, is not there. @returns puts it in the place of what is there then */
  const takeRefusal = () => {
    for (const kind of REFUSAL) if (fs.existsSync(keyFile(kind))) fs.renameSync(keyFile(kind), keyFile(`aside-${kind}`));
    return () => {
      for (const kind of REFUSAL) {
        fs.rmSync(keyFile(kind), { recursive: true, force: true });
        if (fs.existsSync(keyFile(`aside-${kind}`))) fs.renameSync(keyFile(`aside-${kind}`), keyFile(kind));
      }
    };
  };

  await append(SIGNED - 1);
  const refused = await reason();
  if (refused !== null) throw new Error(refused);
  await keep('old');
  await append(APPENDED - SIGNED);
  await keep('whole');
  return {
    trail: trail as NewTrail,
    append,
    reason,
    keep,
    signAll,
    restore,
    deleteRow,
    acts,
    keyFile,
    takeRefusal,
  };
}

/** The trail's next epoch, as a person who saw nothing in what is left begins it. */
export async function beginLostEpoch(origin: string) {
  const lost = await getEpochState(origin);
  if (lost.state !== 'lost') throw new Error(JSON.stringify(lost));
  return beginEpoch(lost, { reason: 'the disk is gone', firstLost: lost.there.size, isBound: false, found: null, uid: 1000 }, 'system');
}

export type Process = { run: <T>(fn: () => Promise<T>) => Promise<T>; stop: () => Promise<void> };

/** A process with a memory of its own of what it appended, as heads are remembered by connection. */
export function newProcess(database: Database): Process {
  const { url, superuserUrl } = database;
  const runtime = openRuntime({ url, ownerUrl: superuserUrl, isEmbedded: true, stop: async () => {} });
  return {
    async run(fn) {
      bindRuntime(runtime);
      try {
        return await fn();
      } finally {
        bindRuntime(database.runtime);
      }
    },
    stop: async () => {
      await runtime.stop();
      bindRuntime(database.runtime); // behind it, or this process would have forgotten as well
    },
  };
}

/** A process that knows nothing of what this one appended, and ends. */
export async function otherProcess<T>(database: Database, fn: () => Promise<T>): Promise<T> {
  const other = newProcess(database);
  try {
    return await other.run(fn);
  } finally {
    await other.stop();
  }
}
