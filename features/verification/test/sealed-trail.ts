// A sealed trail and what somebody can do to it who holds the database, knows the specification and, where it says so, has the head's key too. One database a file; the
// trail is filled through the one door, sealed by the sealer and put back before each test.
//
//   seq     0 ── 99 ── 299 ── 399 ── 599 ── 619
//   signed     100    300    400    600    tail, not signed       one month each from March to June
//   sealed values: 50 /details/email · 350 /details/email and /ip_address
import { beforeAll, beforeEach } from 'vitest';
import { type EventRow, hashRow } from '@/core/event';
import { headMac } from '@/core/mac';
import { digestOf, leafHash } from '@/core/merkle';
import { prng } from '@/core/test/prng';
import { type Tile, TileTree } from '@/core/tiles';
import { scopeOf } from '@/db/scope';
import { freshDatabase, type TestDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { readRows } from '@/features/trail/mutations/event-rows';
import { headMacKey } from '@/features/trail/mutations/keys';
import { apiDraft } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import type { Verdict, VerifyOptions } from '../run';
import { verifyAll } from './verify-all';

export const SIZES = [100, 300, 400, 600] as const;
export const SIGNED = 600;
export const END = 620;

const TABLES = ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint', 'sealed_value'];
const TIMES = ['2026-03-15', '2026-04-15', '2026-05-15', '2026-06-15', '2026-06-16'].map((day) => `${day}T10:00:00.000000Z`);
const SEALED = new Map([
  [50, ['/details/email']],
  [350, ['/details/email', '/ip_address']],
]);

export type SealedTrail = {
  database: TestDatabase;
  trail: NewTrail;
  verify: (options?: Partial<VerifyOptions>) => Promise<Verdict>;
  /** As a superuser, past every trigger; `$T` is the trail. */
  attack: (statement: string) => Promise<unknown>;
  rows: () => Promise<EventRow[]>;
  /** Changes one event and what follows from it up to `to`: hashes and links. */
  rewrite: (seq: number, change: (row: EventRow) => Partial<EventRow>, to?: number) => Promise<EventRow[]>;
  /** Tiles as these rows give them, up to the signed size. @returns the root at a size */
  rewriteTiles: (rows: readonly EventRow[]) => Promise<void>;
  rootAt: (rows: readonly EventRow[], size: number) => Buffer;
  /** The head as one writes it who has its key. */
  setHead: (size: number) => Promise<void>;
  /** Cut back to `size` events, with everything in the database that knew of more. */
  cutBack: (size: number) => Promise<void>;
};

/** Call it at the top of a file. `trail` is there once the first test begins. `membersOf`: what else the draft of an event says. */
export async function sealedTrail(membersOf: (seq: number) => Record<string, unknown> = () => ({})): Promise<SealedTrail> {
  const database = await freshDatabase();
  const sql = database.superuser;
  const attack = (statement: string) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx.unsafe(statement.replaceAll('$T', String(it.trail.trailId)));
    });
  const rows = async () => {
    const read = await writeTransaction(it.trail.scope, (tx) => readRows(tx, it.trail.trailId, 'true', []));
    return read.sort((a, b) => a.seq - b.seq);
  };
  const it: SealedTrail = {
    database,
    trail: undefined as unknown as NewTrail,
    verify: (options = {}) => verifyAll({ trail: it.trail, scope: scopeOf(it.trail.trailId), headKey: headMacKey(), random: prng(7), ...options }),
    attack,
    rows,
    async rewrite(seq, change, to = END) {
      const all = await rows();
      for (const row of all.slice(seq, to)) {
        if (row.seq === seq) Object.assign(row, change(row));
        else row.prevHash = (all[row.seq - 1] as EventRow).eventHash;
        row.eventHash = hashRow(it.trail.origin, row);
      }
      const hex = (bytes: Buffer) => `\\x${bytes.toString('hex')}`;
      const changed = all
        .slice(seq, to)
        .map((row) => ({ seq: row.seq, actor: row.actorId, details: row.details, prev: hex(row.prevHash), hash: hex(row.eventHash) }));
      await attack(`update audit_event e set actor_id = v.actor, details = v.details::json, prev_hash = v.prev::bytea, event_hash = v.hash::bytea
        from json_to_recordset($json$${JSON.stringify(changed)}$json$) v(seq bigint, actor text, details text, prev text, hash text)
        where e.trail_id = $T and e.seq = v.seq`);
      return all;
    },
    async rewriteTiles(all) {
      const full: Tile[] = [];
      const tree = treeOf(all.slice(0, SIGNED), (tile) => full.push({ ...tile, hashes: Buffer.from(tile.hashes) }));
      const values = [...full, ...tree.partialTiles()].map(({ level, n, width, hashes }) => `($T, ${level}, ${n}, ${width}, '\\x${hashes.toString('hex')}')`);
      await attack(`delete from tile where trail_id = $T; insert into tile values ${values.join(', ')}`);
    },
    rootAt: (all, size) => treeOf(all.slice(0, size)).rootBytes(),
    async setHead(size) {
      const [row] = await sql<{ hash: Buffer; at: string }[]>`
        select event_hash as hash, recorded_at::text as at from audit_event where trail_id = ${it.trail.trailId} and seq = ${size - 1}`;
      const hash = row?.hash as Buffer;
      const mac = headMac(headMacKey(), it.trail.origin, size, hash);
      await sql`update trail_head set next_seq = ${size}, last_hash = ${hash}, mac = ${mac}, last_recorded_at = ${row?.at as string}::text::timestamptz
        where trail_id = ${it.trail.trailId}`;
    },
    async cutBack(size) {
      await attack(`delete from audit_event where trail_id = $T and seq >= ${size}; delete from event_key where trail_id = $T and seq >= ${size};
        delete from sealed_value where trail_id = $T and seq >= ${size};
        delete from trail_segment where trail_id = $T and first_seq >= ${size};
        update trail_segment set last_seq = ${size - 1} where trail_id = $T and last_seq >= ${size}`);
      await it.setHead(size);
    },
  };

  beforeAll(async () => {
    await ensureFirstTrails();
    it.trail = await fill(membersOf);
    await sql`create schema kept`;
    for (const table of TABLES) await sql.unsafe(`create table kept.${table} as select * from ${table} where trail_id = ${it.trail.trailId}`);
  });
  beforeEach(async () => {
    await attack(TABLES.map((table) => `delete from ${table} where trail_id = $T; insert into ${table} select * from kept.${table}`).join('; '));
  });
  return it;
}

async function fill(membersOf: (seq: number) => Record<string, unknown>): Promise<NewTrail> {
  const trail = await makeTrail('sealed', { synthetic: true, clock: '2026-03-01T12:00:00.000000Z' });
  let seq = 1;
  for (const [i, size] of [...SIZES, END].entries()) {
    const drafts = Array.from({ length: size - seq }, (_, n) => ({
      ...apiDraft({ occurred_at: TIMES[i], ...kindOf(seq + n), details: { n: seq + n, email: `mia-${seq + n}@example.com` }, ...membersOf(seq + n) }, 'app'),
      seals: SEALED.get(seq + n),
    }));
    await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts, { clock: TIMES[i] }));
    seq = size;
    if (size === END) continue;
    const sealed = await sealTrail(trail);
    if (!sealed.ok || sealed.size !== size) throw new Error(JSON.stringify(sealed));
  }
  return trail;
}

function treeOf(rows: readonly EventRow[], onTile: ConstructorParameters<typeof TileTree>[0] = () => {}): TileTree {
  const tree = new TileTree(onTile);
  for (const { eventHash } of rows) tree.push(digestOf(eventHash));
  return tree;
}

/** What a tile holds of an event, in hex. */
export const leafOf = (row: EventRow | undefined): string => leafHash((row as EventRow).eventHash).toString('hex');

/** Some failed, some by an administrator, all with what screens ask for. */
const kindOf = (seq: number) => ({
  outcome: seq % 5 === 0 ? 'failure' : 'success',
  actor_type: seq % 7 === 0 ? 'admin' : 'user',
  session_id: `s-${seq % 11}`,
  request_id: `r-${seq % 13}`,
  user_agent: `Firefox/${seq % 3}`,
});
