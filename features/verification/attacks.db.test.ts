// What somebody with the database in his hands can do, and what the verification says to it (SPEC §8). Each attack is a superuser's with the triggers off.
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { genesisHash, hashRow } from '@/core/event';
import { headMac } from '@/core/mac';
import { scopeOf } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { headMacKey } from '@/features/trail/mutations/keys';
import { apiDraft } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { named, verifyAll } from './test/verify-all';

vi.setConfig({ testTimeout: 60_000 });

const { superuser: sql, home } = await freshDatabase();
let made = 0;
let trail: NewTrail;
let other: NewTrail;

const month = (n: number) => `2026-0${n}-15T10:00:00.000000Z`;
const TABLES = ['audit_event', 'event_key', 'trail_segment', 'trail_head'];
const MONTHS = [3, 4, 5, 6];
const EACH = 5;
// event 0, then five in each of four months: 1–5 March, 6–10 April, 11–15 May, 16–20 June
const END = 1 + MONTHS.length * EACH;

async function filledTrail(): Promise<NewTrail> {
  const trail = await makeTrail(`t-${++made}`, { synthetic: true, clock: '2026-03-01T12:00:00.000000Z' });
  for (const n of MONTHS) {
    const drafts = Array.from({ length: EACH }, () =>
      apiDraft({ user_agent: 'Firefox/142', request_id: 'r-1', session_id: 's-1', source_epoch: '11111111-2222-4333-8444-555555555555', source_seq: 1 }, 'app'),
    );
    await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts, { clock: month(n) }));
  }
  return trail;
}

beforeAll(async () => {
  await ensureFirstTrails();
  other = await filledTrail();
  trail = await filledTrail();
  await sql`alter table audit_event alter column details drop not null`;
  for (const column of ['actor_id', 'action', 'outcome', 'header_salt', 'event_hash', 'prev_hash', 'resource_id'])
    await sql.unsafe(`alter table audit_event alter column ${column} drop not null`);
  await sql`create schema kept`;
  for (const table of TABLES) await sql.unsafe(`create table kept.${table} as select * from ${table} where trail_id = ${trail.trailId}`);
});
beforeEach(async () => {
  await attack(TABLES.map((table) => `delete from ${table} where trail_id = $T; insert into ${table} select * from kept.${table}`).join('; '));
});
afterAll(async () => {
  // the other trail holds whatever was done to this one, and the naive verifier thinks so too
  expect(named(await verify({}, other))).toEqual([]);
  expect(await naiveVerify(sql, other.origin, home)).toEqual([]);
});

const verify = (range: { from?: number; to?: number } = {}, which = trail) =>
  verifyAll({ trail: which, scope: scopeOf(which.trailId), headKey: headMacKey(), ...range });

/** Past every trigger. */
const attack = (statement: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(statement.replaceAll('$T', String(trail.trailId)));
  });
const edit = (set: string, seq: number) => attack(`update audit_event set ${set} where trail_id = $T and seq = ${seq}`);

test('a whole trail is consistent, by both verifiers', async () => {
  const verdict = await verify();
  expect(verdict).toMatchObject({ from: 0, to: END, checked: END, counts: {}, findings: [], state: 'consistent', isCancelled: false });
  const [last] = await sql`select encode(event_hash, 'hex') as hash from audit_event where trail_id = ${trail.trailId} and seq = ${END - 1}`;
  expect(verdict.toEventHash).toBe(last?.hash);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});

describe('an edited column is found at its event, and nothing else is', () => {
  const edits: Record<string, string> = {
    recorded_at: "recorded_at = recorded_at + interval '1 microsecond'",
    occurred_at: "occurred_at = occurred_at - interval '1 microsecond'",
    id: "id = '99999999-9999-4999-8999-999999999999'",
    header_salt: "header_salt = decode(repeat('ab', 16), 'hex')",
    actor_type: "actor_type = 'admin'",
    actor_id: "actor_id = 'somebody-else'",
    action: "action = 'invoice.write'",
    resource_type: "resource_type = 'invoices'",
    resource_id: "resource_id = 'inv-0'",
    outcome: "outcome = 'denied'",
    payload_salt: "payload_salt = decode(repeat('cd', 16), 'hex')",
    details: `details = '{"n":0}'`,
    ip_address: "ip_address = '192.0.2.8'",
    'ip_address gone': 'ip_address = null',
    user_agent: "user_agent = 'Firefox/143'",
    request_id: "request_id = 'r-2'",
    session_id: "session_id = 's-2'",
    source: "source = 'ap'",
    source_epoch: "source_epoch = '11111111-2222-4333-8444-555555555556'",
    source_seq: 'source_seq = 8',
    redaction: "redaction = 'none'",
    'redaction gone': 'redaction = null',
  };
  for (const [name, set] of Object.entries(edits)) {
    test(name, async () => {
      await edit(set, 8);
      const verdict = await verify();
      expect(named(verdict)).toEqual(['EVENT_HASH@8']);
      expect(verdict).toMatchObject({ to: END, checked: END, state: 'broken', counts: { EVENT_HASH: 1 } });
      expect(verdict.findings[0]?.lastGood).toBe(7);
      expect(await naiveVerify(sql, trail.origin, home)).not.toEqual([]);
    });
  }
  test('prev_hash', async () => {
    await edit("prev_hash = decode(repeat('00', 32), 'hex')", 8);
    expect(named(await verify())).toEqual(['EVENT_HASH@8', 'CHAIN_LINK@8']);
  });
  test('event_hash', async () => {
    await edit("event_hash = decode(repeat('00', 32), 'hex')", 8);
    expect(named(await verify())).toEqual(['EVENT_HASH@8', 'CHAIN_LINK@9']);
  });
  test('the last event', async () => {
    await edit("actor_id = 'x'", END - 1);
    expect(named(await verify())).toEqual([`EVENT_HASH@${END - 1}`]);
  });
});

describe('a row that is no event is MALFORMED at its seq, and the walk goes on', () => {
  const rows: Record<string, string> = {
    'infinity as a time': "occurred_at = 'infinity'",
    'minus infinity': "occurred_at = '-infinity'",
    'before Christ': "occurred_at = '0044-03-15 BC'",
    'a year of five digits': "occurred_at = '12026-01-01'",
    'an empty text where NULL is due': "request_id = ''",
    'an empty address': "ip_address = ''",
    'an address of another form': "ip_address = '::ffff:192.0.2.7'",
    'details with a space': `details = '{"n": 1}'`,
    'details out of order': `details = '{"b":1,"a":2}'`,
    'details with a NUL': `details = '{"a":"\\u0000"}'`,
    'details with a member twice': `details = '{"a":1,"a":2}'`,
    'details that are no object': "details = '[1]'",
    'details of a great depth': `details = ('{"a":' || repeat('[', 80) || repeat(']', 80) || '}')::json`,
    'details NULL': 'details = null',
    'an empty sealed': `sealed = '{}'`,
    'a version that is none': 'v = 2',
    'an outcome that is none': "outcome = 'ok'",
    'an action NULL': 'action = null',
    'an empty action': "action = ''",
    'an actor NULL': 'actor_id = null',
    'a salt of 15 bytes': "header_salt = decode(repeat('ab', 15), 'hex')",
    'a salt NULL': 'header_salt = null',
    'a source_seq of 0': 'source_seq = 0',
    'a source_seq beyond 2^53': 'source_seq = 9007199254740993',
    'an id too long': "session_id = repeat('x', 513)",
    'a text of a megabyte': "redaction = repeat('x', 1000000)",
  };
  for (const [name, set] of Object.entries(rows)) {
    test(name, async () => {
      await edit(set, 8);
      await edit("actor_id = 'x'", 12);
      const verdict = await verify();
      expect(named(verdict)).toEqual(['MALFORMED@8', 'EVENT_HASH@12']);
      expect(verdict).toMatchObject({ to: END, checked: END, state: 'broken' });
    });
  }
});

describe('rows that come and go', () => {
  test('deleted', async () => {
    await attack('delete from audit_event where trail_id = $T and seq = 8');
    const verdict = await verify();
    expect(verdict.findings).toEqual([{ code: 'SEQ_GAP', seq: 8, expected: '8', found: '9', lastGood: 7 }]);
    expect(verdict.checked).toBe(END - 1);
  });
  test('several deleted, in two places', async () => {
    await attack('delete from audit_event where trail_id = $T and seq in (3, 4, 5, 17)');
    expect(named(await verify())).toEqual(['SEQ_GAP@3', 'SEQ_GAP@17']);
  });
  test('an event put in as a row of its own number, all behind it moved by one', async () => {
    await attack(`update audit_event set seq = seq + 1000 where trail_id = $T and seq >= 8;
      update audit_event set seq = seq - 999 where trail_id = $T and seq >= 1008;
      insert into audit_event select (jsonb_populate_record(e, '{"seq": 8, "actor_id": "put-in"}')).* from audit_event e where trail_id = $T and seq = 7`);
    const verdict = await verify();
    expect(verdict.counts.EVENT_HASH).toBe(END - 8 + 1);
    expect(named(verdict)[0]).toBe('EVENT_HASH@8');
    expect(verdict.findings.some(({ code, seq }) => code === 'HEAD_FORGED' && seq === END)).toBe(true);
  });
  test('two swapped', async () => {
    await attack(`update audit_event set seq = 1008 where trail_id = $T and seq = 8; update audit_event set seq = 8 where trail_id = $T and seq = 9;
      update audit_event set seq = 9 where trail_id = $T and seq = 1008`);
    expect(named(await verify())).toEqual(['EVENT_HASH@8', 'CHAIN_LINK@8', 'EVENT_HASH@9', 'CHAIN_LINK@9', 'CHAIN_LINK@10']);
  });
  test('replayed under its own number', async () => {
    await attack(
      `insert into audit_event select (jsonb_populate_record(e, '{"recorded_at": "2026-05-20T10:00:00Z"}')).* from audit_event e where trail_id = $T and seq = 8`,
    );
    const verdict = await verify();
    expect(named(verdict)).toEqual(['DUPLICATE@8', 'EVENT_HASH@8']);
    expect(verdict.checked).toBe(END + 1);
  });
  test('replayed at the end', async () => {
    await attack(`insert into audit_event select (jsonb_populate_record(e, '{"seq": ${END}}')).* from audit_event e where trail_id = $T and seq = 18`);
    expect(named(await verify())).toEqual([`EVENT_HASH@${END}`, `CHAIN_LINK@${END}`, `HEAD_FORGED@${END}`]);
  });
  test("another trail's event in our place", async () => {
    await attack(`delete from audit_event where trail_id = $T and seq = 8;
      insert into audit_event select (jsonb_populate_record(e, '{"trail_id": $T}')).* from audit_event e where trail_id = ${other.trailId} and seq = 8`);
    const verdict = await verify();
    expect(named(verdict)).toEqual(['WRONG_TRAIL@8', 'CHAIN_LINK@8', 'CHAIN_LINK@9']);
    expect(verdict.findings[0]).toMatchObject({ expected: trail.origin, found: other.origin });
  });
  test('a negative number', async () => {
    await attack(`insert into audit_event select (jsonb_populate_record(e, '{"seq": -5}')).* from audit_event e where trail_id = $T and seq = 8`);
    expect(named(await verify())).toEqual(['MALFORMED@-5']);
  });
  test('event 0 gone', async () => {
    await attack('delete from audit_event where trail_id = $T and seq = 0');
    expect(named(await verify())).toEqual(['HEAD_CUT@0']);
  });
  test('everything gone', async () => {
    await attack('delete from audit_event where trail_id = $T');
    const verdict = await verify();
    expect(named(verdict)).toEqual(['TRUNCATED@0']);
    expect(verdict).toMatchObject({ checked: 0, to: 0, toEventHash: null, state: 'broken' });
  });
});

/** Rewrites the rows from `seq` on as somebody does who knows the specification but has no key. */
async function rehash(seq: number, set: string, to = END) {
  await edit(set, seq);
  const rows = await sql<Record<string, never>[]>`select * from audit_event where trail_id = ${trail.trailId} and seq >= ${seq} and seq < ${to} order by seq`;
  let prev = (await sql`select prev_hash from audit_event where trail_id = ${trail.trailId} and seq = ${seq}`)[0]?.prev_hash as Buffer;
  for (const row of rows) {
    const n = Number(row.seq);
    const [texts] = await sql`
      select to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as recorded, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred,
        details::text as details from audit_event where trail_id = ${trail.trailId} and seq = ${n}`;
    const eventHash = hashRow(trail.origin, {
      seq: n,
      id: row.id as unknown as string,
      recordedAt: texts?.recorded,
      occurredAt: texts?.occurred,
      v: row.v as unknown as number,
      headerSalt: row.header_salt as unknown as Buffer,
      actorType: row.actor_type as unknown as string,
      actorId: row.actor_id as unknown as string,
      action: row.action as unknown as string,
      resourceType: row.resource_type as unknown as string,
      resourceId: row.resource_id as unknown as string,
      outcome: row.outcome as unknown as string,
      payloadSalt: row.payload_salt as unknown as Buffer,
      details: texts?.details,
      ipAddress: row.ip_address as unknown as string,
      userAgent: row.user_agent as unknown as string,
      requestId: row.request_id as unknown as string,
      sessionId: row.session_id as unknown as string,
      source: row.source as unknown as string,
      sourceEpoch: row.source_epoch as unknown as string,
      sourceSeq: Number(row.source_seq),
      sealed: null,
      redaction: row.redaction as unknown as string,
      prevHash: prev,
      eventHash: genesisHash(trail.origin),
    });
    await attack(
      `update audit_event set prev_hash = '\\x${prev.toString('hex')}', event_hash = '\\x${eventHash.toString('hex')}' where trail_id = $T and seq = ${n}`,
    );
    prev = eventHash;
  }
  return prev;
}

const setHead = (next: number, hash: Buffer, mac: Buffer) =>
  attack(`update trail_head set next_seq = ${next}, last_hash = '\\x${hash.toString('hex')}', mac = '\\x${mac.toString('hex')}' where trail_id = $T`);

describe('the end of the trail', () => {
  test('one event edited and re-hashed', async () => {
    await rehash(8, "actor_id = 'x'", 9);
    expect(named(await verify())).toEqual(['CHAIN_LINK@9']);
  });
  test('edited, and every event behind it re-hashed: the head knows the old hash', async () => {
    await rehash(8, "actor_id = 'x'");
    expect(named(await verify())).toEqual([`HEAD_FORGED@${END}`]);
  });
  test('the same with the head moved along, without the key', async () => {
    const last = await rehash(8, "actor_id = 'x'");
    await setHead(END, last, Buffer.alloc(32, 1));
    expect(named(await verify())).toEqual([`HEAD_FORGED@${END}`]);
  });
  test('a tail cut below the head', async () => {
    await attack('delete from audit_event where trail_id = $T and seq >= 18');
    expect((await verify()).findings).toEqual([{ code: 'TRUNCATED', seq: 18, expected: String(END), found: '18', lastGood: 17 }]);
  });
  test('a tail cut, the head set back to it without the key', async () => {
    await attack('delete from audit_event where trail_id = $T and seq >= 18');
    const [row] = await sql`select event_hash from audit_event where trail_id = ${trail.trailId} and seq = 17`;
    await setHead(18, row?.event_hash, Buffer.alloc(32, 1));
    expect(named(await verify())).toEqual(['HEAD_FORGED@18', 'TRUNCATED@18']); // the keys still know of 21
  });
  test('a tail cut with its keys and months, and an old head with its own mac put back: an earlier run knows', async () => {
    await sql`insert into run (kind, trail_id, state, from_seq, to_seq, finished_at) values ('verify', ${trail.trailId}, 'done', 0, ${END}, now())`;
    await attack(`delete from audit_event where trail_id = $T and seq >= 18; delete from event_key where trail_id = $T and seq >= 18;
      update trail_segment set last_seq = 17 where trail_id = $T and last_seq >= 18`);
    const [row] = await sql`select event_hash from audit_event where trail_id = ${trail.trailId} and seq = 17`;
    await setHead(18, row?.event_hash, headMac(headMacKey(), trail.origin, 18, row?.event_hash));
    expect((await verify()).findings).toEqual([{ code: 'TRUNCATED', seq: 18, expected: String(END), found: '18', lastGood: 17 }]);
    await sql`delete from run where trail_id = ${trail.trailId}`;
    expect((await verify()).state).toBe('consistent'); // nobody is left who knew more: only what lies outside the database could tell
  });
  test('the head moved ahead of the rows', async () => {
    const [head] = await sql`select last_hash from trail_head where trail_id = ${trail.trailId}`;
    await setHead(END + 5, head?.last_hash, Buffer.alloc(32, 1));
    expect(named(await verify())).toEqual([`HEAD_FORGED@${END + 5}`]);
  });
  test('the head row gone', async () => {
    await attack('delete from trail_head where trail_id = $T');
    expect(named(await verify())).toEqual(['HEAD_FORGED@0']);
  });
  test('another last_hash under the true mac of another end', async () => {
    const [row] = await sql`select event_hash from audit_event where trail_id = ${trail.trailId} and seq = 10`;
    await setHead(END, row?.event_hash, headMac(headMacKey(), trail.origin, END, row?.event_hash));
    expect(named(await verify())).toEqual([`HEAD_FORGED@${END}`]);
  });
});

test.each([
  ['within its month', '2026-04-15T09:59:59.999999Z', []],
  [
    'into another month',
    '2026-03-20T00:00:00.000000Z',
    [{ code: 'DERIVED_MISMATCH', expected: 'trail_segment 2026-03 [0,8]', found: 'trail_segment 2026-03 [0,5]' }],
  ],
])('a time that runs backwards in rows that hold, %s', async (_, time, others) => {
  await rehash(8, `recorded_at = '${time}'`);
  const last = (await sql`select event_hash from audit_event where trail_id = ${trail.trailId} and seq = ${END - 1}`)[0]?.event_hash;
  await setHead(END, last, headMac(headMacKey(), trail.origin, END, last));
  const backwards = { code: 'TIME_BACKWARDS', seq: 8, expected: '2026-04-15T10:00:00.000000Z', found: time, lastGood: 7 };
  expect((await verify()).findings).toMatchObject([backwards, ...others]);
});

describe('the derived tables', () => {
  test('a key changed', async () => {
    await attack("update event_key set id = '99999999-9999-4999-8999-999999999999' where trail_id = $T and seq = 8");
    expect(named(await verify())).toEqual(['DERIVED_MISMATCH@8']);
  });
  test("a key's source changed", async () => {
    await attack("update event_key set source = '' where trail_id = $T and seq = 8");
    expect(named(await verify())).toEqual(['DERIVED_MISMATCH@8']);
  });
  test('two keys that swapped their numbers', async () => {
    await attack('update event_key set seq = 17 - seq where trail_id = $T and seq in (8, 9)');
    expect(named(await verify())).toEqual(['DERIVED_MISMATCH@8', 'DERIVED_MISMATCH@9']);
  });
  test('a key gone', async () => {
    await attack('delete from event_key where trail_id = $T and seq = 8');
    expect(named(await verify())).toEqual(['DERIVED_MISMATCH@8']);
  });
  test('a key too many, beyond the end', async () => {
    await attack(
      `insert into event_key select trail_id, gen_random_uuid(), source, ${END + 3}, mac_key, draft_mac from event_key where trail_id = $T and seq = 8`,
    );
    expect((await verify()).findings[0]).toMatchObject({ code: 'TRUNCATED', seq: END, expected: String(END + 4) });
  });
  test('a key too many, of a negative number', async () => {
    await attack('insert into event_key select trail_id, gen_random_uuid(), source, -3, mac_key, draft_mac from event_key where trail_id = $T and seq = 8');
    expect(named(await verify())).toEqual(['DERIVED_MISMATCH@-3']);
  });
  test('a month that claims less, more, or is gone', async () => {
    await attack("update trail_segment set last_seq = 9 where trail_id = $T and month = '2026-04-01'");
    expect(named(await verify())).toEqual(['DERIVED_MISMATCH@6']);
    await attack("update trail_segment set last_seq = 12 where trail_id = $T and month = '2026-04-01'");
    expect(named(await verify())).toEqual(['DERIVED_MISMATCH@6']);
    await attack("delete from trail_segment where trail_id = $T and month = '2026-04-01'");
    expect(named(await verify())).toEqual(['DERIVED_MISMATCH@6']);
  });
  test('a month that holds nothing, and one of no calendar', async () => {
    await attack("insert into trail_segment values ($T, '2027-01-01', 30, 40), ($T, 'infinity', 3, 4)");
    expect((await verify()).counts).toEqual({ DERIVED_MISMATCH: 2 });
  });
});

test('ten breaks of five kinds are all named, each at its event', async () => {
  await edit("actor_id = 'x'", 2);
  await edit("request_id = ''", 4);
  await attack('delete from audit_event where trail_id = $T and seq in (7, 8)');
  await edit("event_hash = decode(repeat('00', 32), 'hex')", 12);
  await attack('delete from event_key where trail_id = $T and seq = 14');
  await attack('delete from audit_event where trail_id = $T and seq >= 19');
  expect(named(await verify())).toEqual(['EVENT_HASH@2', 'MALFORMED@4', 'SEQ_GAP@7', 'EVENT_HASH@12', 'CHAIN_LINK@13', 'TRUNCATED@19', 'DERIVED_MISMATCH@14']);
});

describe('a range', () => {
  test('sees what lies in it, and nothing else', async () => {
    await edit("actor_id = 'x'", 8);
    expect(await verify({ from: 9 })).toMatchObject({ from: 9, to: END, checked: END - 9, state: 'consistent' });
    expect(await verify({ from: 0, to: 8 })).toMatchObject({ to: 8, checked: 8, state: 'consistent' });
    expect(named(await verify({ from: 8, to: 9 }))).toEqual(['EVENT_HASH@8']);
    expect(await verify({ from: 12, to: 18 })).toMatchObject({ from: 12, to: 18, checked: 6, state: 'consistent' });
  });
  test('is linked to the event before it', async () => {
    await edit("event_hash = decode(repeat('00', 32), 'hex')", 7);
    expect(named(await verify({ from: 8 }))).toEqual(['CHAIN_LINK@8']);
  });
  test('whose events are gone says so', async () => {
    await attack('delete from audit_event where trail_id = $T and seq >= 10');
    expect(named(await verify({ from: 12, to: 18 }))).toEqual(['TRUNCATED@12']);
    await expect(verify({ from: 5, to: END + 1 })).rejects.toThrow(/does not reach to/);
  });
  test('that is none is refused', async () => {
    await expect(verify({ from: 5, to: 5 })).rejects.toThrow(/nothing in \[5,5\)/);
    await expect(verify({ from: END })).rejects.toThrow(/ends at 21/);
  });
});
