// Sealed values that change, go or come (SPEC §4, §8), erasure as it should be, and numbers of a source that never came.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { signAct } from '@/core/act';
import { type JsonObject, newObject } from '@/core/json';
import { commitmentOf, disclosureOf } from '@/core/sealed';
import { makeLogKey } from '@/core/vkey';
import { scopeOf } from '@/db/scope';
import { writeTransaction } from '@/db/transaction';
import { makeTrail } from '@/features/trail/test/make-trail';
import { eraseValue } from '../redaction/mutations/erase-value';
import { logKeyOf } from '../sealing/log-key';
import { sealTrail } from '../sealing/mutations/seal-trail';
import { appendEvents, type Draft, prepareDrafts } from '../trail/mutations/append';
import { headMacKey } from '../trail/mutations/keys';
import { systemDraft } from '../trail/mutations/system-draft';
import { apiDraft, apiDrafts } from '../trail/test/drafts';
import { naiveVerify } from '../trail/test/naive-verify';
import { sealedTrail } from './test/sealed-trail';
import { named, verifyAll } from './test/verify-all';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const sealed = await sealedTrail();
const { attack, verify } = sealed;
const sql = sealed.database.superuser;
const commitments = async (seq: number) => (await sealed.rows())[seq]?.sealed as string;

test('a value changed, to one of the same form or to nonsense', async () => {
  const forged = disclosureOf(Buffer.alloc(16, 1), '/details/email', 'someone@example.com');
  await attack(`update sealed_value set disclosure = '${forged}' where trail_id = $T and seq = 50`);
  const verdict = await verify();
  expect(named(verdict)).toEqual(['DISCLOSURE_MISMATCH@50']);
  expect(verdict.findings[0]?.expected).toBe(`/details/email ${JSON.parse(await commitments(50))['/details/email']}`);
  expect(verdict).toMatchObject({ state: 'broken', sealedValues: { sealed: 2, erased: 0 } });
  await attack("update sealed_value set disclosure = 'x' where trail_id = $T and seq = 50");
  expect(named(await verify())).toEqual(['DISCLOSURE_MISMATCH@50']);
});

test('a value moved to another place of its event, or to another event', async () => {
  await attack("update sealed_value set pointer = '/details/other' where trail_id = $T and seq = 50");
  expect(named(await verify()).sort()).toEqual(['DISCLOSURE_MISMATCH@50', 'ERASURE_UNLOGGED@50']);
  await attack("update sealed_value set pointer = '/details/email', seq = 51 where trail_id = $T and seq = 50");
  expect(named(await verify()).sort()).toEqual(['DISCLOSURE_MISMATCH@51', 'ERASURE_UNLOGGED@50']);
});

test('a value where nothing was sealed, within the trail and behind its end', async () => {
  const stray = disclosureOf(Buffer.alloc(16, 1), '/details/email', 'someone@example.com');
  await attack(`insert into sealed_value values ($T, 7, '/details/email', '${stray}'), ($T, 5000, '/details/email', '${stray}')`);
  expect(named(await verify())).toEqual(['DISCLOSURE_MISMATCH@7', 'DISCLOSURE_MISMATCH@5000']);
});

test('a value below the first event, which has none', async () => {
  const stray = disclosureOf(Buffer.alloc(16, 1), '/details/email', 'someone@example.com');
  await attack(`insert into sealed_value values ($T, -1, '/details/email', '${stray}'), ($T, -5000, '/details/email', '${stray}')`);
  for (const options of [{}, { to: 100 }]) expect(named(await verify(options))).toEqual(['DISCLOSURE_MISMATCH@-5000', 'DISCLOSURE_MISMATCH@-1']);
});

test('a second value for a place, before the true one or behind it, and where the pages of values meet', async () => {
  const forged = [1, 2, 3].map((byte) => disclosureOf(Buffer.alloc(16, byte), '/details/email', 'someone@example.com'));
  const [true50] = await sql<{ disclosure: string }[]>`select disclosure from sealed_value where trail_id = ${sealed.trail.trailId} and seq = 50`;
  const row = (disclosure: string | undefined) => `insert into sealed_value values ($T, 50, '/details/email', '${disclosure}')`;
  await attack('alter table sealed_value drop constraint sealed_value_pkey');
  try {
    for (const one of forged)
      for (const rows of [
        [one, true50?.disclosure],
        [true50?.disclosure, one],
      ]) {
        await attack(`delete from sealed_value where trail_id = $T and seq = 50; ${rows.map(row).join('; ')}`);
        const verdict = await verify();
        expect(named(verdict)).toEqual(['DISCLOSURE_MISMATCH@50']);
        expect(verdict.findings[0]?.found).toBe(`/details/email ${commitmentOf(one)}`);
        expect(verdict.sealedValues).toEqual({ sealed: 3, erased: 0 });
      }
    for (const count of [1_998, 1_999]) {
      await attack(`delete from sealed_value where trail_id = $T and seq = 7;
        insert into sealed_value select $T, 7, '/p' || n, 'x' from generate_series(1, ${count}) n`);
      const { findings } = await verify();
      expect(findings.filter(({ seq }) => seq === 7)).toHaveLength(count);
      expect(findings.filter(({ seq }) => seq === 50)).toHaveLength(1);
    }
  } finally {
    await attack(
      'delete from sealed_value where trail_id = $T; alter table sealed_value add constraint sealed_value_pkey primary key (trail_id, seq, pointer)',
    );
  }
});

test('a value gone without an act; a range sees its own', async () => {
  await attack('delete from sealed_value where trail_id = $T and seq = 350');
  expect(named(await verify())).toEqual(['ERASURE_UNLOGGED@350', 'ERASURE_UNLOGGED@350']);
  expect(named(await verify({ from: 300, to: 400 }))).toEqual(['ERASURE_UNLOGGED@350', 'ERASURE_UNLOGGED@350']);
  expect(named(await verify({ from: 351 }))).toEqual([]);
});

async function newTrail(name: string) {
  const trail = await makeTrail(name);
  return {
    trail,
    append: (drafts: Draft[]) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts)),
    check: (range: { from?: number; to?: number } = {}) => verifyAll({ trail, scope: scopeOf(trail.trailId), headKey: headMacKey(), ...range }),
  };
}
const erasure = { seq: 1, pointer: '/details/email', ground: 'request of the data subject', law: 'GDPR 17(1)(b)', country: 'DE', requestId: 'dsr-2026-117' };
const secret = () => ({ ...apiDraft({ details: { email: 'mia@example.com', n: 1 } }), seals: ['/details/email', '/ip_address', '/details/none'] });

test('erased: the value is gone, the act says so, and every verification is quiet', async () => {
  const { trail, append, check } = await newTrail('erase');
  await append([secret(), secret()]);
  await sealTrail(trail);
  expect(await check()).toMatchObject({ findings: [], state: 'holds', sealedValues: { sealed: 4, erased: 0 } });

  const outcome = await eraseValue(trail, erasure, { userId: '0e5f6a3e-3c0e-4c7c-8f0e-2f6b1f0f7a11', isAdmin: true });
  expect(outcome).toMatchObject({ ok: true, receipt: { seq: 3 } });
  const left = await sql`select seq::int as seq, pointer from sealed_value where trail_id = ${trail.trailId} order by seq, pointer`;
  expect(left.map(({ seq, pointer }) => `${seq}${pointer}`)).toEqual(['1/ip_address', '2/details/email', '2/ip_address']);
  const [row] = await sql`select * from audit_event where trail_id = ${trail.trailId} and seq = 3`;
  expect(row).toMatchObject({ action: 'value.erased', actor_type: 'admin', resource_type: 'value', redaction: null });
  expect(row?.details).toMatchObject({ seq: 1, pointer: '/details/email', law: 'GDPR 17(1)(b)', request_id: 'dsr-2026-117', act: expect.any(String) });
  expect(fs.readdirSync(path.join(sealed.database.home, 'keys/erase.acts'))).toEqual([expect.stringMatching(/^value\.erased-[0-9a-f]{16}\.json$/)]);
  // nothing in the trail or beside it says whose it was
  const [text] = await sql`select (select string_agg(e::text, '') from audit_event e where trail_id = ${trail.trailId}) as rows`;
  expect(text?.rows).not.toContain('mia@example.com');

  expect(await check()).toMatchObject({ findings: [], state: 'holds', sealedValues: { sealed: 3, erased: 1 } });
  expect(await check({ to: 2 })).toMatchObject({ findings: [], sealedValues: { sealed: 1, erased: 1 } }); // the act lies behind the range and counts
  await sealTrail(trail);
  expect(await check()).toMatchObject({ findings: [], state: 'holds' });
  expect(await naiveVerify(sql, trail.origin, sealed.database.home)).toEqual([]);

  expect(await eraseValue(trail, erasure, 'system')).toEqual({ ok: false, reason: 'Event 1 has no value at /details/email that could be erased.' });
  expect((await check()).checked).toBe(4);
});

test('an act that cannot be appended erases nothing, and one that is not taken is not appended', async () => {
  const { trail, append, check } = await newTrail('refused');
  await append([secret()]);
  await sql`update trail_head set mac = ${Buffer.alloc(32, 7)} where trail_id = ${trail.trailId}`;
  await expect(eraseValue(trail, erasure, 'system')).rejects.toMatchObject({ code: 'HEAD_FORGED' });
  const [count] = await sql`select count(*)::int as n from sealed_value where trail_id = ${trail.trailId}`;
  expect(count?.n).toBe(2);
  expect(fs.existsSync(path.join(sealed.database.home, 'keys/refused.acts'))).toBe(false); // and no signature says that it did
  expect(named(await check())).toEqual(['HEAD_FORGED@2']);
});

test('many erasures at once: each value is gone once, with one act', async () => {
  const { trail, append, check } = await newTrail('crowd');
  await append(Array.from({ length: 8 }, secret));
  const work = Array.from({ length: 8 }, (_, i) => [i + 1, i + 1]).flat();
  const outcomes = await Promise.all(work.map((seq) => eraseValue(trail, { ...erasure, seq }, 'system')));
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(8);
  expect(await check()).toMatchObject({ findings: [], checked: 17, sealedValues: { sealed: 8, erased: 8 } });
});

test('an act by another key, for another place, or before its event excuses nothing', async () => {
  const { trail, append, check } = await newTrail('acts');
  const act = (members: object, key = makeLogKey(Buffer.alloc(32, 9))) => {
    const { requestId, ...others } = erasure;
    const details = Object.assign(newObject(), others, { request_id: requestId }, members) as JsonObject;
    return systemDraft({
      action: 'value.erased',
      occurredAt: '2026-11-20T10:00:00.000000Z',
      resourceType: 'value',
      resourceId: '',
      details: signAct(trail.origin, 'value.erased', details, key),
    });
  };
  await append([secret(), act({ seq: 5 }, logKeyOf(trail.origin)), act({}), act({ pointer: '/details/other' }, logKeyOf(trail.origin)), secret()]);
  await sql`delete from sealed_value where trail_id = ${trail.trailId} and pointer = '/details/email'`;
  expect(named(await check())).toEqual(['ERASURE_UNLOGGED@1', 'ERASURE_UNLOGGED@5']);
});

test('places that identify the event or say what ran over it cannot be sealed', () => {
  for (const pointer of ['/source', '/source_seq', '/redaction', '/details', '', '/salt', '/sealed/x'])
    expect(() => prepareDrafts([{ ...apiDraft(), seals: [pointer] }]), pointer).toThrow(TypeError);
});

test('numbers of a source that never came: told a day later, at the event that showed it', async () => {
  const trail = await makeTrail('gaps', { synthetic: true, clock: '2026-03-01T12:00:00.000000Z' });
  const check = () => verifyAll({ trail, scope: trail.scope, headKey: headMacKey() });
  const append = (drafts: Draft[], clock: string) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts, { clock }));
  const epoch = '11111111-2222-4333-8444-555555555555';
  const numbered = (n: number) => apiDraft({ source_epoch: epoch, source_seq: n }, 'app');
  await append([1, 2, 4, 7].map(numbered), '2026-03-02T10:00:00.000000Z');
  expect(await check()).toMatchObject({ findings: [], state: 'consistent' }); // they may still be on their way
  await append([numbered(3), ...apiDrafts(1)], '2026-03-03T09:00:00.000000Z');
  await append(apiDrafts(1), '2026-03-03T10:00:00.000001Z');
  expect((await check()).findings).toEqual([{ code: 'SOURCE_GAP', seq: 4, expected: `app ${epoch} [5,7)`, found: null, lastGood: null }]);
  const rejected = systemDraft({
    action: 'event.rejected',
    occurredAt: '2026-03-03T10:00:00.000000Z',
    resourceType: 'source',
    resourceId: 'app',
    details: { source: 'app', source_epoch: epoch, source_seq: 5, reason: 'TOO_LARGE' },
  });
  await append([rejected, numbered(6)], '2026-03-03T11:00:00.000000Z');
  expect(await check()).toMatchObject({ findings: [], state: 'consistent' });
});
