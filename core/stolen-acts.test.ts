import { describe, expect, test } from 'vitest';
import { type ActAction, signAct } from './act';
import { signCheckpoint } from './checkpoint';
import { canonicalJson } from './jcs';
import { type JsonObject, newObject } from './json';
import { disclosureOf, sealPayload } from './sealed';
import { KEY, longTrail, ORIGIN, sealTrail, VKEY } from './test/long-trail';
import { createTrailJudge } from './trail-judge';
import { type LogKey, makeLogKey, parseVkey, type Vkey, vkeyOf } from './vkey';

const NEXT = makeLogKey(Buffer.alloc(32, 2));
const vkeys = [VKEY, vkeyOf(ORIGIN, NEXT.publicKey)].map((text) => parseVkey(text) as Vkey);
const [GONE, VALUE, ARCHIVED, ERASED, STOLEN, END] = [10, 15, 20, 21, 30, 40];

/** Rows [0,10) and the value of event 15 are gone, and acts by `by` say so; event 30 says that the first key was stolen. */
function trailWith(by: LogKey, lastTrustedSize: number | null) {
  let disclosure = '';
  const act = (action: ActAction, key: LogKey, details: Record<string, string | number>) => ({
    ...{ actorType: 'system', actorId: 'indelible', action },
    details: canonicalJson(signAct(ORIGIN, action, Object.assign(newObject(), details), key)),
  });
  const rows = longTrail(END, ({ seq, payloadSalt }) => {
    if (seq === ARCHIVED) return act('partition.archived', by, { from_seq: 0, to_seq: GONE, count: GONE });
    if (seq === ERASED) return act('value.erased', by, { seq: VALUE, pointer: '/details/email' });
    if (seq === STOLEN && lastTrustedSize !== null) return act('key.compromised', NEXT, { vkey: VKEY, last_trusted_size: lastTrustedSize });
    if (seq !== VALUE) return {};
    const salt = Buffer.alloc(16, 7);
    disclosure = disclosureOf(salt, '/details/email', 'p@example.com');
    const outcome = sealPayload({ details: { email: 'p@example.com' }, salt: payloadSalt.toString('base64url') }, [{ pointer: '/details/email', salt }]);
    if (!outcome.ok) throw new Error(outcome.pointer);
    return { sealed: canonicalJson(outcome.payload.sealed as JsonObject), details: '{}' };
  });
  expect(disclosure).not.toBe('');
  return rows;
}

describe.each([true, false])('acts known before the first row: %s', (areActsKnown) => {
  async function judged({ by = KEY, lastTrustedSize = null as number | null, notes = [[END, NEXT]] as [number, LogKey][] }) {
    const rows = trailWith(by, lastTrustedSize);
    const { roots, readTile } = sealTrail(rows);
    const judge = createTrailJudge({
      ...{ origin: ORIGIN, vkeys, readTile, readsValues: true, areActsKnown },
      notes: notes.map(([size, key]) => ({ note: signCheckpoint(ORIGIN, size, roots[size] as Buffer, key), isOutside: true })),
    });
    if (areActsKnown) for (const seq of [ARCHIVED, ERASED, STOLEN]) judge.actRow(rows[seq] as (typeof rows)[0]);
    for (const row of rows.slice(GONE)) {
      judge.row(row);
      await judge.drain();
    }
    const { archived, sealedValues, state } = await judge.end({});
    return { archived, erased: sealedValues?.erased, state, found: judge.log.kept.map(({ code, seq }) => `${code} ${seq}`).sort() };
  }
  const LAWFUL = { archived: GONE, erased: 1, state: 'holds', found: [] };
  const LAWLESS = { archived: 0, erased: 0, state: 'broken', found: [`ERASURE_UNLOGGED ${VALUE}`, 'HEAD_CUT 0'] };

  test('of a key that nobody calls stolen they excuse', async () => {
    expect(await judged({})).toEqual(LAWFUL);
  });
  test('behind what the stolen key is trusted with they excuse nothing, though another key signed over them', async () => {
    expect(await judged({ lastTrustedSize: ARCHIVED })).toEqual(LAWLESS);
    expect(await judged({ lastTrustedSize: ERASED })).toEqual({ ...LAWLESS, archived: GONE, found: [`ERASURE_UNLOGGED ${VALUE}`] });
    expect(await judged({ lastTrustedSize: ERASED + 1 })).toEqual(LAWFUL);
  });
  test('another key’s excuse, where a checkpoint that counts lies over them', async () => {
    expect(await judged({ by: NEXT, lastTrustedSize: GONE })).toEqual(LAWFUL);
    const only = (size: number, key: LogKey) => judged({ by: NEXT, lastTrustedSize: GONE, notes: [[size, key]] });
    expect(await only(25, NEXT)).toEqual(LAWFUL);
    expect(await only(25, KEY)).toMatchObject({ archived: 0, found: expect.arrayContaining(['HEAD_CUT 0', 'UNKNOWN_KEY null']) });
  });
});
