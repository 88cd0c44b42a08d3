// What the sealer signs and what it refuses to sign, on a real database; each attack is a superuser's with the triggers off.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCheckpoint, vkeyText } from '@/core/checkpoint';
import { hashRow } from '@/core/event';
import { headMac } from '@/core/mac';
import { digestOf, leafHash } from '@/core/merkle';
import { verifyConsistency, verifyInclusion } from '@/core/proof';
import { type Tile, TileTree } from '@/core/tiles';
import { bindRuntime, openRuntime } from '@/db/runtime';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { readRows } from '@/features/trail/mutations/event-rows';
import { headMacKey } from '@/features/trail/mutations/keys';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { readCheckpointFile } from './checkpoint-file';
import { ownVkey } from './log-key';
import { rotateKey } from './mutations/rotate-key';
import { sealStep, sealTrail } from './mutations/seal-trail';
import { getCheckpoint, proveConsistency, proveInclusion } from './prove';
import { sealState } from './state';
import { naiveCheckpoints, naiveRoot } from './test/naive-tree';

const real = fs.openSync;
const database = await freshDatabase();
const { superuser: sql, home } = database;
let made = 0;
let trail: NewTrail;

beforeAll(async () => {
  await ensureFirstTrails();
});
beforeEach(async () => {
  trail = await makeTrail(`t-${++made}`);
});

const append = (count: number) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(count)));
const entries = async () =>
  (await sql<{ hash: Buffer }[]>`select event_hash as hash from audit_event where trail_id = ${trail.trailId} order by seq`).map(({ hash }) => hash);
const keyFile = (kind: string) => path.join(home, 'keys', `${trail.alias}.${kind}`);

/** As a superuser, with the triggers off. */
const attack = (text: string) =>
  sql.begin(async (tx) => {
    await tx.unsafe("set local session_replication_role = 'replica'");
    await tx.unsafe(text.replaceAll('$T', String(trail.trailId)));
  });

/** The head as one who holds its key writes it. */
async function setHead(size: number) {
  const [row] = await sql<{ hash: Buffer }[]>`select event_hash as hash from audit_event where trail_id = ${trail.trailId} and seq = ${size - 1}`;
  const hash = row?.hash as Buffer;
  await sql`update trail_head set next_seq = ${size}, last_hash = ${hash}, mac = ${headMac(headMacKey(), trail.origin, size, hash)} where trail_id = ${trail.trailId}`;
}

/** Something else in one event, and everything that follows from it. */
async function rewriteHistory(seq: number, change: { actorId?: string; details?: string } = { actorId: 'somebody-else' }) {
  const rows = await writeTransaction(trail.scope, (tx) => readRows(tx, trail.trailId, 'true', []));
  rows.sort((a, b) => a.seq - b.seq);
  const full: Tile[] = [];
  const tree = new TileTree((tile) => full.push({ ...tile, hashes: Buffer.from(tile.hashes) }));
  for (const [i, row] of rows.entries()) {
    if (i === seq) Object.assign(row, change);
    if (i > seq) row.prevHash = (rows[i - 1] as typeof row).eventHash;
    if (i >= seq) {
      row.eventHash = hashRow(trail.origin, row);
      const set = `actor_id = '${row.actorId}', details = '${row.details}', prev_hash = '\\x${row.prevHash.toString('hex')}'`;
      await attack(`update audit_event set ${set}, event_hash = '\\x${row.eventHash.toString('hex')}' where trail_id = $T and seq = ${i}`);
    }
    if (i < 301) tree.push(digestOf(row.eventHash));
  }
  for (const { level, n, width, hashes } of [...full, ...tree.partialTiles()])
    await attack(`update tile set width = ${width}, hashes = '\\x${hashes.toString('hex')}' where trail_id = $T and level = ${level} and n = ${n}`);
  await setHead(rows.length);
}

/** A process that has never seen this database. */
async function otherProcess<T>(fn: () => Promise<T>): Promise<T> {
  const { url, superuserUrl } = database;
  const runtime = openRuntime({ url, ownerUrl: superuserUrl, isEmbedded: true, stop: async () => {} });
  bindRuntime(runtime);
  try {
    return await fn();
  } finally {
    bindRuntime(database.runtime);
    await runtime.stop();
  }
}

const reason = async () => {
  const outcome = await sealTrail(trail);
  return outcome.ok ? null : outcome.reason;
};
const refusal = { code: 'SIGNER_REFUSED' };

describe('what is signed', () => {
  test('is the root of all events up to the head, by the key in the key file, and the same again changes nothing', async () => {
    for (const count of [1, 254, 1, 300, 13]) {
      await append(count);
      const all = await entries();
      expect(await sealTrail(trail)).toEqual({ ok: true, size: all.length, added: expect.any(Number), isWhole: true });
      const note = readCheckpointFile(trail.origin) as string;
      const opened = openCheckpoint(note, [ownVkey(trail.origin)], trail.origin);
      expect(opened).toMatchObject({ ok: true, checkpoint: { size: all.length, root: naiveRoot(all) } });
      expect(await sealTrail(trail)).toEqual({ ok: true, size: all.length, added: 0, isWhole: true });
      expect(readCheckpointFile(trail.origin)).toBe(note);
    }
    expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
    const [{ n }] = (await sql`select count(*)::int as n from checkpoint where trail_id = ${trail.trailId}`) as unknown as [{ n: number }];
    expect(n).toBe(5);
  });

  test('grows on from the tiles in a process that knows nothing', async () => {
    await append(600);
    await sealTrail(trail);
    await append(100);
    await otherProcess(async () => {
      await append(3);
      expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 704 });
    });
    await append(5);
    expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 709 });
    expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
  });

  test('proofs come from the tiles and hold for every checkpoint', async () => {
    const sizes: number[] = [];
    for (const count of [2, 255, 300]) {
      await append(count);
      const sealed = await sealTrail(trail);
      if (sealed.ok) sizes.push(sealed.size);
    }
    const all = await entries();
    for (const size of sizes) {
      for (const seq of [0, 1, 2, size - 1]) {
        const { leaf, root, hashes } = await proveInclusion(trail, seq, size);
        expect(leaf).toEqual(leafHash(all[seq] as Buffer));
        expect(root).toEqual(naiveRoot(all.slice(0, size)));
        expect(verifyInclusion(leaf, seq, size, hashes, root)).toBe(true);
      }
      await expect(proveInclusion(trail, size, size)).rejects.toMatchObject({ code: 'SEQ_NOT_SEALED' });
    }
    for (const [from, to] of [
      [3, 258],
      [1, 558],
      [258, 558],
      [100, 257],
    ] as const) {
      const { fromRoot, toRoot, hashes } = await proveConsistency(trail, from, to);
      expect([fromRoot, toRoot]).toEqual([naiveRoot(all.slice(0, from)), naiveRoot(all.slice(0, to))]);
      expect(verifyConsistency(from, fromRoot, to, toRoot, hashes)).toBe(true);
    }
    await expect(proveConsistency(trail, 0, 3)).rejects.toMatchObject({ code: 'RANGE' });
    await expect(proveConsistency(trail, 3, 559)).rejects.toMatchObject({ code: 'SEQ_NOT_SEALED' });
    await expect(getCheckpoint(trail, 7)).rejects.toMatchObject({ code: 'CHECKPOINT_NONE' });
  });

  test('many at once sign each size once', async () => {
    const work = Array.from({ length: 6 }, async (_, i) => {
      for (let round = 0; round < 6; round++) {
        if (i % 2 === 0) await append(7);
        else expect(await sealTrail(trail)).toMatchObject({ ok: true });
      }
    });
    await Promise.all(work);
    expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 1 + 3 * 6 * 7 });
    expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
    expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
  });
});

describe('what is refused', () => {
  beforeEach(async () => {
    await append(300);
    await sealTrail(trail);
    await append(20);
  });

  test('a row of the tail that does not hash: nothing is signed, nothing appended, until it is as it was', async () => {
    await attack("update audit_event set actor_id = actor_id || 'x' where trail_id = $T and seq = 310");
    expect(await reason()).toBe('event 310 is not to be sealed: EVENT_HASH');
    expect(sealState(trail.origin)).toMatchObject({ size: 301, refused: { reason: 'event 310 is not to be sealed: EVENT_HASH' } });
    await expect(append(1)).rejects.toMatchObject(refusal);
    await attack('update audit_event set actor_id = left(actor_id, -1) where trail_id = $T and seq = 310');
    expect(await reason()).toBeNull();
    await append(1);
    expect(sealState(trail.origin)).toEqual({ size: 321, refused: null });
  });

  test.each([
    ['with a space', '{"n": 1}'],
    ['out of order', '{"n":1,"m":2}'],
    ['with a number of another form', '{"n":1.0}'],
  ])('details %s, every hash and the MAC of the head right: what is no canonical text is not sealed, and appends stop', async (_, details) => {
    const [row] = (await sql`select details::text from audit_event where trail_id = ${trail.trailId} and seq = 310`) as unknown as [{ details: string }];
    await rewriteHistory(310, { details });
    await otherProcess(async () => {
      expect(await reason()).toBe('event 310 is not to be sealed: MALFORMED');
      await expect(append(1)).rejects.toMatchObject(refusal);
    });
    await expect(append(1)).rejects.toMatchObject(refusal);
    expect(sealState(trail.origin).size).toBe(301);
    await rewriteHistory(310, row);
    expect(await reason()).toBeNull();
    await append(1);
  });

  test('an event rewritten below the signed size, with every hash, the tiles and even the MAC of the head made anew', async () => {
    await rewriteHistory(5);
    expect(await naiveVerify(sql, trail.origin, home)).toEqual([]); // within the database all is right
    await otherProcess(async () => {
      expect(await reason()).toContain('the tiles of the tree do not give the root that was signed for 301 events');
      await expect(append(1)).rejects.toMatchObject(refusal);
    });
  });

  test('a proof of consistency from tiles that a superuser rewrote, whatever roots they give and whatever the database lists', async () => {
    const { fromRoot } = await proveConsistency(trail, 100, 257);
    await rewriteHistory(5);
    const rows = await entries();
    expect(naiveRoot(rows.slice(0, 100))).not.toEqual(fromRoot);
    const broken = { code: 'TILES_BROKEN', hint: expect.stringContaining('run a verification') };
    for (const [from, to] of [
      [100, 257],
      [100, 301],
      [301, 301],
      [1, 301],
    ] as const)
      await expect(proveConsistency(trail, from, to)).rejects.toMatchObject(broken);
    fs.rmSync(keyFile('guard')); // the checkpoint beside the key says it as well
    await expect(proveConsistency(trail, 100, 257)).rejects.toMatchObject(broken);
  });

  test('a proof of consistency where the last tile alone was changed, and where the guard is gone and nothing else', async () => {
    const edge = `hashes = set_byte(hashes, octet_length(hashes) - 1, get_byte(hashes, octet_length(hashes) - 1) # 1)`;
    fs.renameSync(keyFile('guard'), keyFile('aside'));
    expect((await proveConsistency(trail, 3, 301)).toRoot).toEqual(naiveRoot((await entries()).slice(0, 301)));
    await expect(proveConsistency(trail, 3, 302)).rejects.toMatchObject({ code: 'SEQ_NOT_SEALED' });
    fs.renameSync(keyFile('aside'), keyFile('guard'));
    await attack(`update tile set ${edge} where trail_id = $T and level = 0 and n = 1`);
    await expect(proveConsistency(trail, 3, 100)).rejects.toMatchObject({ code: 'TILES_BROKEN' });
    await expect(proveConsistency(trail, 3, 301)).rejects.toMatchObject({ code: 'TILES_BROKEN' });
  });

  test('a right edge that is gone or changed', async () => {
    const [edge] = (await sql`select hashes from tile where trail_id = ${trail.trailId} and level = 1`) as unknown as [{ hashes: Buffer }];
    await attack('delete from tile where trail_id = $T and level = 1');
    await otherProcess(async () => expect(await reason()).toContain('the tiles of the tree do not give the root'));
    await attack(`insert into tile values ($T, 1, 0, 1, '\\x${'00'.repeat(32)}')`);
    await otherProcess(async () => expect(await reason()).toContain('the tiles of the tree do not give the root'));
    await attack(`update tile set hashes = '\\x${edge.hashes.toString('hex')}' where trail_id = $T and level = 1`);
    await otherProcess(async () => expect(await reason()).toBeNull());
  });

  test('a head that was set back, as an old backup does: this process and another one refuse', async () => {
    await attack('delete from audit_event where trail_id = $T and seq >= 200');
    await setHead(200);
    await expect(append(1)).rejects.toMatchObject({ code: 'HEAD_FORGED' });
    await otherProcess(async () => {
      await expect(append(1)).rejects.toMatchObject({ ...refusal, hint: expect.stringContaining('events 200 to 320 were appended here') });
      expect(await reason()).toContain('301 events were signed, and the database has 200');
    });
    await expect(append(1)).rejects.toMatchObject(refusal);
  });

  test('another last signed event, its chain made anew: the first append of a process sees it', async () => {
    await attack(`update audit_event set event_hash = '\\x${'07'.repeat(32)}' where trail_id = $T and seq = 300`);
    await otherProcess(async () => {
      await expect(append(1)).rejects.toMatchObject({ ...refusal, hint: expect.stringContaining('event 300 is not the one that was signed') });
    });
  });

  test('the newest signed events gone and the head left: nothing is signed on top of the hole', async () => {
    await attack('delete from audit_event where trail_id = $T and seq >= 290 and seq <= 300');
    expect(await reason()).toBe('event 300 was signed, and the database has none of that number');
    await expect(append(1)).rejects.toMatchObject(refusal);
    expect(sealState(trail.origin).size).toBe(301);
  });

  test('a refusal whose file cannot be written holds all the same, and is written once it can be', async () => {
    await attack("update audit_event set actor_id = actor_id || 'x' where trail_id = $T and seq = 310");
    const open = vi.spyOn(fs, 'openSync').mockImplementation((file, ...rest) => {
      if (String(file).includes('.refused.')) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      return real(file, ...rest);
    });
    try {
      expect(await reason()).toBe('event 310 is not to be sealed: EVENT_HASH');
      expect(fs.existsSync(keyFile('refused'))).toBe(false);
      await expect(append(1)).rejects.toMatchObject({ ...refusal, hint: expect.stringContaining('event 310 is not to be sealed: EVENT_HASH') });
    } finally {
      open.mockRestore();
    }
    expect(await reason()).toBe('event 310 is not to be sealed: EVENT_HASH');
    expect(fs.existsSync(keyFile('refused'))).toBe(true);
    await attack('update audit_event set actor_id = left(actor_id, -1) where trail_id = $T and seq = 310');
    expect(await reason()).toBeNull();
    await append(1);
  });

  test('a head whose MAC is not ours', async () => {
    await sql`update trail_head set mac = ${Buffer.alloc(32, 7)} where trail_id = ${trail.trailId}`;
    expect(await reason()).toContain('HEAD_FORGED');
  });

  test('a guard that is gone, torn, or of another trail', async () => {
    const text = fs.readFileSync(keyFile('guard'), 'utf8');
    fs.rmSync(keyFile('guard'));
    expect(await reason()).toContain('missing');
    await expect(append(1)).rejects.toMatchObject(refusal);
    fs.writeFileSync(keyFile('guard'), text.slice(0, 20));
    expect(await reason()).toContain('damaged');
    fs.writeFileSync(keyFile('guard'), text);
    expect(await reason()).toBeNull();
    await append(1);
  });

  test('a full tile does not change for anybody but a superuser with the triggers off', async () => {
    await expect(sql`update tile set hashes = hashes where trail_id = ${trail.trailId} and level = 0 and n = 0`).rejects.toThrow('not to change');
  });
});

test('a crash after the guard was written and before the note was out: the same note comes out', async () => {
  await append(40);
  await sealTrail(trail);
  const note = readCheckpointFile(trail.origin) as string;
  fs.rmSync(path.join(home, 'checkpoints', trail.alias));
  await attack('delete from checkpoint where trail_id = $T');
  expect(await sealStep(trail)).toMatchObject({ ok: true, added: 0 });
  expect(readCheckpointFile(trail.origin)).toBe(note);
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
  const [row] = await sql`select note from checkpoint where trail_id = ${trail.trailId}`;
  expect(row?.note).toBe(note);
});

afterAll(async () => {
  expect(await naiveVerify(sql, 'audit.example.com/indelible', home)).toEqual([]);
});

test('a rotation that a seal finished is answered as an earlier one for a while, and never in the place of a new key', async () => {
  await append(3);
  await sealTrail(trail);
  const first = vkeyText(ownVkey(trail.origin));
  const rotated = await rotateKey(trail);
  expect(rotated).toMatchObject({ old: first, isEarlier: false });
  // what a command leaves that was stopped before its answer, the rotation itself finished by the next seal
  fs.writeFileSync(keyFile('rotating'), `${first}\n`);
  expect(await rotateKey(trail)).toMatchObject({ old: first, new: rotated.new, isEarlier: true });
  fs.writeFileSync(keyFile('rotating'), `${first}\n`);
  const hourAgo = new Date(Date.now() - 3_600_000);
  fs.utimesSync(keyFile('rotating'), hourAgo, hourAgo);
  const again = await rotateKey(trail);
  expect(again).toMatchObject({ old: rotated.new, isEarlier: false });
  expect(again.new).not.toBe(rotated.new);
});
