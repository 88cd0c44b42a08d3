import { describe, expect, test } from 'vitest';
import { signAct } from './act';
import { parseVkeys, signCheckpoint } from './checkpoint';
import { type EventRow, hashRow } from './event';
import { canonicalJson } from './jcs';
import { type JsonObject, newObject } from './json';
import { disclosureOf, sealPayload } from './sealed';
import { KEY, longTrail, ORIGIN, sealTrail, VKEY, walkTrail } from './test/long-trail';
import { prng } from './test/prng';
import type { ReadTile } from './tiles';
import { createTrailJudge } from './trail-judge';
import type { TrailJudgeOptions } from './trail-verdict';

const COUNT = 1500;
const trail = longTrail(COUNT);
const sealed = sealTrail(trail);
const vkeys = parseVkeys([VKEY]);
const note = (size: number, isOutside = true, roots = sealed.roots) => ({ note: signCheckpoint(ORIGIN, size, roots[size] as Buffer, KEY), isOutside });

/** Rewritten from `seq` on as an administrator would: every hash right. */
const rewritten = (seq: number, change: Partial<EventRow> = { outcome: 'denied', actorId: 'somebody-else' }) =>
  longTrail(COUNT, (row) => (row.seq === seq ? change : {}));

/** One event altered and hashed again, nothing after it. */
const altered = (seq: number) => {
  const rows = trail.slice();
  const row = { ...(rows[seq] as EventRow), actorId: 'somebody-else' };
  row.eventHash = hashRow(ORIGIN, row);
  rows[seq] = row;
  return rows;
};

async function verdictOf(rows: readonly EventRow[], options: Partial<TrailJudgeOptions>, facts = {}) {
  const judge = await walkTrail(rows, { vkeys, readTile: sealed.readTile, ...options });
  const verdict = await judge.end(facts);
  return {
    ...verdict,
    findings: judge.log.kept.map(({ code, seq, expected }) => `${code} ${seq}${code === 'FORK' && expected?.startsWith('[') ? ` ${expected}` : ''}`),
  };
}

describe('an honest trail is quiet', () => {
  test.each([false, true])('from its beginning, deep: %s', async (deep) => {
    const verdict = await verdictOf(trail, { deep, notes: [0, 1, 255, 256, 257, 1000, 1400].map((size) => note(size)) }, { tilesDue: () => 1400 });
    expect(verdict).toMatchObject({ findings: [], state: 'holds', sealedTo: 1400, provenTo: 1400, root: sealed.roots[1400]?.toString('hex') });
  });

  test('without tiles, with checkpoints of the database alone, without a key', async () => {
    expect(await verdictOf(trail, { readTile: null, notes: [note(1000)] })).toMatchObject({ findings: [], state: 'holds', sealedTo: 1000 });
    expect(await verdictOf(trail, { notes: [note(1000, false)] })).toMatchObject({ findings: [], state: 'consistent', sealedTo: 1000, provenTo: 0 });
    expect(await verdictOf(trail, { notes: [note(1000, false), note(1000, true)] })).toMatchObject({ findings: [], state: 'holds' });
    expect(await verdictOf(trail, { notes: [] })).toMatchObject({ findings: [], state: 'consistent', sealedTo: 0, root: null });
    expect(await verdictOf(trail, { vkeys: [], notes: [note(1000)] })).toMatchObject({ findings: ['UNKNOWN_KEY null'], state: 'broken' });
  });

  test('what is proven on the way: the largest signed size passed, and nothing where anything was found', async () => {
    const at = async (rows: readonly EventRow[], options: Partial<TrailJudgeOptions>) =>
      (await walkTrail(rows, { vkeys, readTile: sealed.readTile, ...options })).provenSoFar;
    const notes = [note(300, false), note(1000, false), note(1400)];
    expect(await at(trail.slice(0, 299), { notes })).toBeNull();
    expect(await at(trail.slice(0, 1200), { notes })).toMatchObject({ size: 1000, root: sealed.roots[1000], isOutside: false });
    expect(await at(trail, { notes })).toMatchObject({ size: 1400, root: sealed.roots[1400], isOutside: true });
    expect(await at(rewritten(700), { notes })).toBeNull();
    expect(await at(altered(1100), { notes })).toBeNull();
    expect(await at(trail, { notes: [note(300, false, sealTrail(rewritten(100)).roots), note(1000)] })).toBeNull();
    const tampered = trail.map((row) => (row.seq === 20 ? { ...row, actorId: 'somebody-else' } : row));
    expect(await at(tampered, { notes })).toBeNull();
  });

  test('with what the guard file says, and no note', async () => {
    const guard = { size: 1400, root: sealed.roots[1400] as Buffer };
    expect(await verdictOf(trail, { guard })).toMatchObject({ findings: [], state: 'holds', signedTo: 1400, sealedTo: 1400, accepted: [] });
    expect((await verdictOf(trail.slice(0, 1300), { guard })).findings).toEqual(['TRUNCATED 1300']);
    expect((await verdictOf(rewritten(700), { guard })).findings).toEqual(['FORK 700']);
    const other = { ...guard, root: sealed.roots[1399] as Buffer };
    expect((await verdictOf(trail, { guard: other, notes: [note(1400)] })).findings).toEqual(['EQUIVOCATION null']);
  });

  test('from any place to any other, with tiles that reach beyond, to, or not as far as the rows', async () => {
    const random = prng(6);
    for (let round = 0; round < 25; round++) {
      const from = round === 0 ? 256 : 1 + Math.floor(random() * (COUNT - 2));
      const to = from + 1 + Math.floor(random() * (COUNT - from - 1));
      const size = 1 + Math.floor(random() * COUNT);
      const stored = sealTrail(trail.slice(0, size));
      const before = trail[from - 1] as EventRow;
      const notes = [note(Math.ceil(size / 2)), note(size)];
      const verdict = await verdictOf(
        trail.slice(from, to),
        { from, to, prevHash: before.eventHash, prevRecordedAt: before.recordedAt, readTile: stored.readTile, notes },
        { maxSeq: COUNT - 1 },
      );
      expect(verdict.findings).toEqual([]);
      const reached = [Math.ceil(size / 2), size].filter((one) => one > from && one <= to && from <= size);
      expect(verdict.state).toBe(reached.length > 0 ? 'holds' : 'consistent');
    }
  });

  test('numbers of a source that came later, behind the end of a range or of a walk that was stopped', async () => {
    const DAY_ROWS = longTrail(12, (row) => ({
      source: 's',
      sourceEpoch: '0192d000-0000-7000-8000-000000000001',
      sourceSeq: row.seq === 0 ? null : ([1, 2, 4, 5, 6, 7, 8, 9, 3, 10, 11][row.seq - 1] as number),
      recordedAt: `2026-01-${String(row.seq + 1).padStart(2, '0')}T00:00:00.000000Z`,
    }));
    expect((await verdictOf(DAY_ROWS, { readTile: null })).findings).toEqual([]);
    expect((await verdictOf(DAY_ROWS.slice(0, 8), { readTile: null, to: 8 })).findings).toEqual([]);
    expect((await verdictOf(DAY_ROWS.slice(0, 8), { readTile: null }, { isCancelled: true })).findings).toEqual([]);
    expect((await verdictOf(DAY_ROWS.slice(0, 8), { readTile: null })).findings).toEqual(['SOURCE_GAP 3']);
  });

  test('chunks of any size, a walk that was cancelled', async () => {
    for (const chunkBytes of [100, 1777, 10_000_000]) {
      const judge = await walkTrail(trail, { vkeys, readTile: sealed.readTile, notes: [note(1400)] }, chunkBytes);
      expect(await judge.end({ tilesDue: () => 1400 })).toMatchObject({ state: 'holds' });
    }
    expect(await verdictOf(trail.slice(0, 600), { notes: [note(512), note(1400)] }, { isCancelled: true, tilesDue: () => 1400 })).toMatchObject({
      findings: [],
      state: 'cancelled',
      sealedTo: 512,
    });
  });
});

describe('history rewritten with every hash right', () => {
  test('is named at its first event where the old leaves are there, and between two checkpoints where they are not', async () => {
    const random = prng(7);
    for (const seq of [1, 255, 256, 1398, 1 + Math.floor(random() * 1390), 1 + Math.floor(random() * 1390)]) {
      const rows = rewritten(seq);
      const notes = [note(256), note(1000), note(1400)];
      expect((await verdictOf(rows, { notes })).findings).toEqual([`FORK ${seq}`]);
      const good = Math.max(0, ...[256, 1000].filter((size) => size <= seq));
      const bad = [256, 1000, 1400].find((size) => size > seq);
      expect((await verdictOf(rows, { notes, readTile: null })).findings).toEqual([`FORK ${good} [${good},${bad})`]);
      // the tiles were rewritten too
      const forged = sealTrail(rows);
      expect((await verdictOf(rows, { notes, readTile: forged.readTile })).findings).toEqual([`FORK ${good} [${good},${bad})`]);
      // and a checkpoint of it was signed by whoever has the key
      const own = { note: signCheckpoint(ORIGIN, 1400, forged.roots[1400] as Buffer, KEY), isOutside: false };
      expect((await verdictOf(rows, { notes: [...notes, own], readTile: forged.readTile })).findings).toContain('EQUIVOCATION null');
    }
  });

  test('is not seen where nothing was signed, and said to be no more than consistent', async () => {
    expect(await verdictOf(rewritten(1450), { notes: [note(1400)] })).toMatchObject({ findings: [], state: 'holds', sealedTo: 1400 });
    expect(await verdictOf(rewritten(3), { notes: [], readTile: sealTrail(rewritten(3)).readTile })).toMatchObject({ findings: [], state: 'consistent' });
  });

  test('one event altered is that event, whatever the walk', async () => {
    for (const seq of [1, 255, 256, 777, 1399]) {
      const { findings, state } = await verdictOf(altered(seq), { notes: [note(1400)] });
      expect(findings.sort()).toEqual(seq === 1499 ? [`TILE_MISMATCH ${seq}`] : [`CHAIN_LINK ${seq + 1}`, `TILE_MISMATCH ${seq}`]);
      expect(state).toBe('broken');
      const from = seq - 1;
      const before = trail[from - 1];
      const part = await verdictOf(altered(seq).slice(from), {
        from,
        prevHash: before?.eventHash ?? null,
        prevRecordedAt: before?.recordedAt ?? null,
        notes: [note(1400)],
      });
      if (from > 0) expect(part.findings.sort()).toEqual([`CHAIN_LINK ${seq + 1}`, `TILE_MISMATCH ${seq}`]);
    }
  });

  test('in a range that ends before the next signed size too, where the stored leaves lead to it', async () => {
    const range = (rows: readonly EventRow[], from: number, to: number, more: Partial<TrailJudgeOptions> = {}) => {
      const before = rows[from - 1] as EventRow;
      return verdictOf(rows.slice(from, to), { from, to, prevHash: before.eventHash, prevRecordedAt: before.recordedAt, notes: [note(1400)], ...more });
    };
    for (const seq of [1, 255, 256, 700]) {
      expect(await range(altered(seq), seq, seq + 1)).toMatchObject({ findings: [`TILE_MISMATCH ${seq}`], state: 'broken' });
      expect((await range(rewritten(seq), seq, seq + 20)).findings).toEqual([`FORK ${seq}`]);
    }
    expect((await range(altered(1450), 1450, 1451)).findings).toEqual([]); // not sealed
    expect((await range(altered(700), 700, 701, { notes: [] })).findings).toEqual([]); // nothing signed is known
    expect((await range(altered(700), 700, 701, { readTile: sealTrail(altered(700)).readTile })).findings).toEqual([]); // the tiles lead to nothing signed
    // rewritten from 250 on, and the tile up to 255 made to say the same: what lies below the fork is not vouched for
    const forged = sealTrail(trail);
    forged.tiles.set('0/0', sealTrail(rewritten(250)).tiles.get('0/0') as Buffer);
    expect((await range(rewritten(250), 1, 400, { readTile: forged.readTile })).findings).toEqual(['FORK 256', 'TILE_MISMATCH null']);
    const { tiles, readTile } = sealTrail(trail); // the tile is another than its hash above: the leaf beside the row is nobody's word
    const at = (620 - 512) * 32;
    (tiles.get('0/2') as Buffer)[at] = ((tiles.get('0/2') as Buffer)[at] as number) ^ 1;
    expect((await range(trail, 600, 700, { readTile })).findings).toEqual([]);
  });

  test('rows gone and others altered: each is named, the stored leaves stand in', async () => {
    const rows = altered(900).filter(({ seq }) => seq !== 300 && (seq < 500 || seq >= 800));
    const { findings } = await verdictOf(rows, { notes: [note(1400)] });
    expect(findings.sort()).toEqual(['CHAIN_LINK 901', 'SEQ_GAP 300', 'SEQ_GAP 500', 'TILE_MISMATCH 900']);
  });

  test('an old backup is a tail that is gone', async () => {
    const rows = trail.slice(0, 1200);
    expect((await verdictOf(rows, { notes: [note(1400)], readTile: sealTrail(rows).readTile })).findings).toEqual(['TRUNCATED 1200']);
  });
});

describe('tiles', () => {
  test('any that is gone or cut short below a signed size is named; one of the tail that is not sealed yet is none', async () => {
    const gone = async (key: string, width: number | null, options: Partial<TrailJudgeOptions> = {}, due = 1400) => {
      const { tiles, readTile } = sealTrail(trail.slice(0, 1400));
      if (width === null) tiles.delete(key);
      else tiles.set(key, (tiles.get(key) as Buffer).subarray(0, width * 32));
      const { from = 0 } = options;
      const before = trail[from - 1];
      const start = { prevHash: before?.eventHash ?? null, prevRecordedAt: before?.recordedAt ?? null };
      const judge = await walkTrail(trail.slice(from), { vkeys, readTile, notes: [note(1400)], ...(from > 0 && start), ...options });
      await judge.end({ tilesDue: () => due });
      return judge.log.kept.map(({ code, found }) => `${code} ${found}`);
    };
    const named = (level: number, tile: number) => [`TILE_MISMATCH {"level":${level},"tile":${tile}}`];
    for (const tile of [0, 1, 4, 5]) expect(await gone(`0/${tile}`, null)).toEqual(named(0, tile));
    expect(await gone('1/0', null)).toEqual(named(1, 0));
    expect(await gone('1/0', 4)).toEqual(named(1, 0));
    expect(await gone('1/0', 5)).toEqual([]);
    for (const from of [300, 1399]) expect(await gone('1/0', null, { from })).toEqual(named(1, 0));
    expect(await gone('0/1', null, { from: 300 })).toEqual(named(0, 1));
    expect(await gone('0/1', 43, { from: 300 })).toEqual(named(0, 1));
    // how far they must reach is not known, or not so far
    expect(await gone('1/0', null, { from: 300 }, 0)).toEqual([]);
    expect(await gone('1/0', 4, {}, 1279)).toEqual([]);
    expect(await gone('0/5', null, {}, 1280)).toEqual([]);
  });

  test('any byte changed below a good root is that tile; beyond every signed size it is nobody’s word', async () => {
    const random = prng(8);
    for (let round = 0; round < 20; round++) {
      const { tiles, readTile } = sealTrail(trail);
      const [key, bytes] = [...tiles][Math.floor(random() * tiles.size)] as [string, Buffer];
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] as number) ^ 1;
      const [level, n] = key.split('/').map(Number) as [number, number];
      const leaf = (n * 256 + Math.floor(at / 32)) * 256 ** level;
      const judge = await walkTrail(trail, { vkeys, readTile, notes: [note(1400)] });
      await judge.end({ tilesDue: () => 1400 });
      const isSigned = level === 0 ? leaf < 1400 : leaf + 256 ** level <= 1400;
      expect(judge.log.kept.map(({ code, seq, found }) => `${code} ${seq} ${found}`)).toEqual(
        isSigned ? [`TILE_MISMATCH null {"level":${level},"tile":${n}}`] : [],
      );
    }
  });

  test('a walk that is stopped while it reads the last tiles says nothing of those that it could not read', async () => {
    let isStopped = false;
    const readTile: ReadTile = (level, n, width) => (isStopped ? null : sealed.readTile(level, n, width));
    const judge = await walkTrail(trail, { vkeys, readTile, notes: [note(1400)] });
    isStopped = true;
    const verdict = await judge.end({ tilesDue: () => (isStopped ? 0 : 1400) });
    expect(verdict.state).toBe('holds');
    expect(judge.log.kept).toEqual([]);
    const other = await walkTrail(trail, { vkeys, readTile: (level, n, width) => (n === 5 ? null : sealed.readTile(level, n, width)), notes: [note(1400)] });
    await other.end({ tilesDue: () => 1400 });
    expect(other.log.kept.map(({ code }) => code)).toEqual(['TILE_MISMATCH']);
  });

  test('a tile that is gone is told where the database says that it sealed so far', async () => {
    const { tiles, readTile } = sealTrail(trail);
    tiles.delete('0/2');
    expect((await verdictOf(trail, { readTile, notes: [note(1400)] }, { tilesDue: () => 1400 })).findings).toEqual(['TILE_MISMATCH null']);
    expect((await verdictOf(trail, { readTile, notes: [note(1400)] })).findings).toEqual([]);
  });
});

test('sealed values, one erased with its act, one without, archived rows and a rotated key in one walk', async () => {
  const values: { seq: number; pointer: string; disclosure: string }[] = [];
  const act = (action: 'value.erased' | 'partition.archived', details: JsonObject) => ({
    actorType: 'system',
    actorId: 'indelible',
    action,
    details: canonicalJson(signAct(ORIGIN, action, Object.assign(newObject(), details), KEY)),
  });
  const rows = longTrail(COUNT, ({ seq, payloadSalt }) => {
    if (seq === 1200) return act('value.erased', { seq: 610, pointer: '/details/email' });
    if (seq === 1201) return act('partition.archived', { from_seq: 0, to_seq: 600, count: 600 });
    if (seq % 10 !== 0 || seq === 0) return {};
    const saltBytes = Buffer.alloc(16, seq % 251);
    const outcome = sealPayload({ details: { email: `p${seq}@example.com` }, salt: payloadSalt.toString('base64url') }, [
      { pointer: '/details/email', salt: saltBytes },
    ]);
    if (!outcome.ok) throw new Error(outcome.pointer);
    values.push({ seq, pointer: '/details/email', disclosure: disclosureOf(saltBytes, '/details/email', `p${seq}@example.com`) });
    return { sealed: canonicalJson(outcome.payload.sealed as JsonObject), details: '{}' };
  });
  const stored = sealTrail(rows);
  const judgeWith = async (gone: number[], start: number, size = 1400) => {
    const kept = values.filter(({ seq }) => seq >= 600 && !gone.includes(seq));
    const judge = await walkTrail([], { vkeys, readTile: stored.readTile, notes: [note(size, true, stored.roots)], readsValues: true });
    for (const row of rows.slice(start)) {
      for (const value of kept.filter(({ seq }) => seq === row.seq)) judge.value(value);
      judge.row(row);
      if (row.seq % 97 === 0) await judge.drain();
    }
    const verdict = await judge.end({});
    return { ...verdict, findings: judge.log.kept.map(({ code, seq }) => `${code} ${seq}`) };
  };
  expect(await judgeWith([610], 600)).toMatchObject({ findings: [], state: 'holds', archived: 600, sealedValues: { sealed: 88, erased: 1 } });
  expect(await judgeWith([610, 620], 600)).toMatchObject({ findings: ['ERASURE_UNLOGGED 620'], state: 'broken' });
  expect((await judgeWith([610], 601)).findings).toEqual(['HEAD_CUT 0']);
  // acts looked up in the whole trail: a range, or a walk that was cancelled, knows them too, and without them says nothing
  const part = async (areActsKnown: boolean, facts = {}, gone = [610], to: number | undefined = 900, isDrained = true) => {
    const judge = createTrailJudge({
      origin: ORIGIN,
      vkeys,
      readTile: stored.readTile,
      notes: [note(1400, true, stored.roots)],
      readsValues: true,
      areActsKnown,
      ...(to && { to }),
    });
    if (areActsKnown) for (const row of rows.slice(1200, 1202)) judge.actRow(row);
    for (const value of values.filter(({ seq }) => seq >= 600 && !gone.includes(seq))) judge.value(value);
    for (const row of rows.slice(600, 900)) judge.row(row);
    if (isDrained) await judge.drain();
    const verdict = await judge.end({ maxSeq: COUNT - 1, ...facts });
    return { ...verdict, findings: judge.log.kept.map(({ code, seq }) => `${code} ${seq}`) };
  };
  expect(await part(true)).toMatchObject({ findings: [], archived: 600, sealedValues: { sealed: 29, erased: 1 } });
  expect((await part(true, {}, [610, 620])).findings).toEqual(['ERASURE_UNLOGGED 620']);
  expect((await part(true, { isCancelled: true }, [610, 620], 0)).findings).toEqual(['ERASURE_UNLOGGED 620']);
  expect(await part(false, { isCancelled: true }, [610, 620], 0)).toMatchObject({ findings: [], state: 'cancelled' });
  // stopped between rows and their values: of those that had not come nothing is said
  const all = values.map(({ seq }) => seq);
  expect(await part(true, { isCancelled: true }, all, 0, false)).toMatchObject({ findings: [], state: 'cancelled' });
  expect((await part(true, { isCancelled: true }, all, 0)).findings.length).toBeGreaterThan(20);
  // what is proven on the way knows what is away below it, and nothing is where more is away above
  const sizes = [note(700, true, stored.roots), note(1400, true, stored.roots)];
  const onTheWay = async (from: number, to: number) => {
    const judge = createTrailJudge({ origin: ORIGIN, vkeys, readTile: stored.readTile, notes: sizes, areActsKnown: true });
    for (const row of rows.slice(1200, 1202)) judge.actRow(row);
    for (const row of rows.slice(from, to)) judge.row(row);
    await judge.drain();
    return judge.provenSoFar;
  };
  expect(await onTheWay(600, 900)).toMatchObject({ size: 700, away: [{ kind: 'archived', from: 0, to: 600, count: 600 }] });
  expect(await onTheWay(601, 900)).toBeNull();
  sizes[0] = note(300, true, stored.roots);
  expect(await onTheWay(600, 900)).toBeNull();
  // a range that ends among events that are lawfully gone covers them
  const range = createTrailJudge({ origin: ORIGIN, vkeys, readTile: stored.readTile, notes: sizes, areActsKnown: true, to: 300 });
  for (const row of rows.slice(1200, 1202)) range.actRow(row);
  expect(await range.end({ maxSeq: COUNT - 1 })).toMatchObject({ state: 'not_covered', to: 300, toEventHash: null, archived: 300 });
  // the act is not signed over yet: nothing lawful
  expect((await judgeWith([610], 600, 1201)).findings).toEqual(['HEAD_CUT 0']);
});
