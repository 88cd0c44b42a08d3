// A trail that two walks read at once: the verdict is that of one walk, of an honest trail and of any other, whether the part of the second could be taken over or not.
import { expect, test } from 'vitest';
import { signAct } from './act';
import { parseVkeys, signCheckpoint } from './checkpoint';
import { type EventRow, hashRow } from './event';
import { canonicalJson } from './jcs';
import { type JsonObject, newObject } from './json';
import { disclosureOf, sealPayload } from './sealed';
import type { SealedRow } from './sealed-judge';
import { KEY, longTrail, ORIGIN, sealTrail, VKEY, walkTrail } from './test/long-trail';
import { prng } from './test/prng';
import type { TrailJudge } from './trail-judge';
import type { TrailJudgeOptions } from './trail-verdict';

const COUNT = 900;
const [ERASED, ACT] = [610, 700];
const vkeys = parseVkeys([VKEY]);
const values: SealedRow[] = [];

/** Two sources that number their events, every tenth event with a sealed value, and one value erased. */
const trail = longTrail(COUNT, ({ seq, payloadSalt }) => {
  if (seq === 0) return {};
  if (seq === ACT) {
    const details = signAct(ORIGIN, 'value.erased', Object.assign(newObject(), { seq: ERASED, pointer: '/details/email' }), KEY);
    return { actorType: 'system', actorId: 'indelible', action: 'value.erased', details: canonicalJson(details) };
  }
  const numbered = { source: `s-${seq % 2}`, sourceEpoch: '00000000-0000-4000-8000-000000000001', sourceSeq: Math.ceil(seq / 2) };
  if (seq % 10 !== 0) return numbered;
  const salt = Buffer.alloc(16, seq % 251);
  const email = `p${seq}@example.com`;
  const sealed = sealPayload({ details: { email }, salt: payloadSalt.toString('base64url') }, [{ pointer: '/details/email', salt }]);
  if (!sealed.ok) throw new Error(sealed.pointer);
  if (seq !== ERASED) values.push({ seq, pointer: '/details/email', disclosure: disclosureOf(salt, '/details/email', email) });
  return { ...numbered, sealed: canonicalJson(sealed.payload.sealed as JsonObject) };
});
const stored = sealTrail(trail);
const notes = [100, 256, 500, 800].map((size) => ({ note: signCheckpoint(ORIGIN, size, stored.roots[size] as Buffer, KEY), isOutside: size !== 100 }));

type Read = { rows: readonly EventRow[]; values?: readonly SealedRow[]; options?: Partial<TrailJudgeOptions> };
type Told = object;

const judgeOf = async ({ rows, options }: Read, more: Partial<TrailJudgeOptions> = {}): Promise<TrailJudge> => {
  const judge = await walkTrail([], { vkeys, readTile: stored.readTile, notes, readsValues: true, areActsKnown: true, ...options, ...more });
  for (const row of rows) if (row.action === 'value.erased') judge.actRow(row);
  return judge;
};

async function feed(judge: TrailJudge, { rows, options, values: told = values }: Read, from: number, to: number): Promise<void> {
  for (const value of told) if (value.seq >= from && value.seq < to) judge.value(value);
  for (const row of rows) {
    if (row.seq < from || row.seq >= Math.min(to, options?.to ?? to)) continue;
    judge.row(row);
    if (row.seq % 97 === 0) await judge.drain();
  }
  await judge.drain();
}

async function told(judge: TrailJudge, read: Read): Promise<Told> {
  const { keys, ...verdict } = { keys: null, ...(await judge.end({ maxSeq: read.rows.at(-1)?.seq ?? null, tilesDue: () => 800 })) };
  const { count, xor } = judge.walk.keys;
  const { findings, ...rest } = { findings: judge.log.kept, ...verdict };
  return {
    ...rest,
    keys: [count, xor, keys],
    months: judge.walk.months.met,
    checked: judge.checked,
    findings,
    state: judge.walk.state(false, verdict.provenTo > 0),
  };
}

async function byOne(read: Read): Promise<Told> {
  const judge = await judgeOf(read);
  await feed(judge, read, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  return told(judge, read);
}

async function byTwo(read: Read, seam: number): Promise<{ verdict: Told; isTaken: boolean }> {
  const first = await judgeOf(read);
  const before = read.rows.find(({ seq }) => seq === seam - 1);
  const second = await judgeOf(read, {
    from: seam,
    prevHash: before?.eventHash ?? null,
    prevRecordedAt: before?.recordedAt ?? null,
    notes: [],
    sizes: first.sizes,
  });
  await feed(second, read, seam, Number.POSITIVE_INFINITY);
  const part = structuredClone(await second.part());
  await feed(first, read, Number.NEGATIVE_INFINITY, seam);
  const isTaken = part !== null && first.adopt(part);
  if (!isTaken) await feed(first, read, seam, Number.POSITIVE_INFINITY);
  return { verdict: await told(first, read), isTaken };
}

const SEAMS = [1, 2, 100, 255, 256, 257, 499, 500, 512, ERASED, ERASED + 1, ACT, 799, 800, 801, COUNT - 1, COUNT];

test('an honest trail, wherever the second begins', async () => {
  const alone = await byOne({ rows: trail });
  expect(alone).toMatchObject({ state: 'holds', sealedTo: 800, checked: COUNT, findings: [], sealedValues: { sealed: 87, erased: 1 } });
  for (const seam of SEAMS) expect(await byTwo({ rows: trail }, seam), `seam ${seam}`).toEqual({ verdict: alone, isTaken: true });
});

test('deep, with the guard alone, and with no seal outside the database', async () => {
  const guard = { size: 800, root: stored.roots[800] as Buffer };
  for (const options of [{ deep: true }, { notes: [], guard }, { notes: notes.map((one) => ({ ...one, isOutside: false })) }]) {
    expect(await byTwo({ rows: trail, options }, 512)).toEqual({ verdict: await byOne({ rows: trail, options }), isTaken: true });
  }
});

const rehashed = (row: EventRow, change: Partial<EventRow>): EventRow => {
  const changed = { ...row, ...change };
  return { ...changed, eventHash: hashRow(ORIGIN, changed) };
};

test('whatever was done to it, on either side of the seam and at it', async () => {
  const random = prng(11);
  const attacks: [string, (seq: number) => Partial<Read>][] = [
    ['a text changed', (seq) => ({ rows: trail.map((row) => (row.seq === seq ? { ...row, actorId: 'x' } : row)) })],
    ['changed and hashed again', (seq) => ({ rows: trail.map((row) => (row.seq === seq ? rehashed(row, { actorId: 'x' }) : row)) })],
    ['all rewritten from there on', (seq) => ({ rows: longTrailFrom(seq) })],
    ['a row gone', (seq) => ({ rows: trail.filter((row) => row.seq !== seq) })],
    ['a row twice', (seq) => ({ rows: trail.flatMap((row) => (row.seq === seq ? [row, row] : [row])) })],
    ['the end cut off', (seq) => ({ rows: trail.slice(0, seq) })],
    ['an earlier time', (seq) => ({ rows: trail.map((row) => (row.seq === seq ? rehashed(row, { recordedAt: '2026-01-01T00:00:00.000000Z' }) : row)) })],
    ['a sealed value gone', (seq) => ({ values: values.filter((value) => value.seq !== Math.ceil(seq / 10) * 10) })],
    ['a value of no event', (seq) => ({ values: [...values, { seq: seq + 1, pointer: '/x', disclosure: 'x' }].sort((a, b) => a.seq - b.seq) })],
    ['the act of the erasure gone', () => ({ rows: trail.map((row) => (row.seq === ACT ? rehashed(row, { action: 'a.b' }) : row)) })],
    [
      'a tile changed',
      (seq) => {
        const { tiles, readTile } = sealTrail(trail);
        const [, bytes] = [...tiles][seq % tiles.size] as [string, Buffer];
        bytes[seq % bytes.length] = (bytes[seq % bytes.length] as number) ^ 1;
        return { options: { readTile } };
      },
    ],
    ['a tile gone', (seq) => ({ options: { readTile: (level, n, width) => (level === 0 && n === seq % 4 ? null : stored.readTile(level, n, width)) } })],
    ['a range whose end is gone', (seq) => ({ rows: trail.filter((row) => row.seq < seq || row.seq > 850), options: { to: 820 } })],
    ['no tiles', () => ({ options: { readTile: null } })],
  ];
  for (const [name, attack] of attacks) {
    for (let round = 0; round < 5; round++) {
      const seam = 2 + Math.floor(random() * (COUNT - 3));
      const seq = [seam - 1, seam, seam + 1][round] ?? 1 + Math.floor(random() * (COUNT - 2));
      const read = { rows: trail, ...attack(seq) };
      expect((await byTwo(read, seam)).verdict, `${name}: ${seq}, seam ${seam}`).toEqual(await byOne(read));
    }
  }
});

/** As who has all tables at hand would do it: every hash and link right. */
function longTrailFrom(seq: number): EventRow[] {
  let prevHash: Buffer = Buffer.alloc(0);
  return trail.map((row) => {
    const changed = row.seq < seq ? row : rehashed(row, row.seq === seq ? { actorId: 'x' } : { prevHash });
    prevHash = changed.eventHash;
    return changed;
  });
}
