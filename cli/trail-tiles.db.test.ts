// `trail tiles`: what it says where tiles alone are others, and where the events are.
import { expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { beginLostEpoch, eachHasLostTrail, type LostTrail, otherProcess } from '@/features/sealing/test/lost-trail';
import { command } from './trail-tiles';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const database = await freshDatabase();
let at: LostTrail;
eachHasLostTrail(database, 'lost', (made) => {
  at = made;
});

const run = (trail: string) =>
  command.run({ values: { trail } as never, positionals: [] }, { say: () => {}, signal: new AbortController().signal, fileOf: (name) => name });
const attack = (text: string) =>
  database.superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(text.replaceAll('$T', String(at.trail.trailId)));
  });

test('tiles alone that are gone are rebuilt, the trail goes on, and the next step is named', async () => {
  await at.signAll();
  await attack('delete from tile where trail_id = $T');
  await at.append(1);
  expect(await at.reason()).toContain('or the tree that proves it is damaged');
  await expect(at.append(1)).rejects.toMatchObject({
    code: 'SIGNER_REFUSED',
    hint: expect.stringContaining(`indelible trail tiles --trail ${at.trail.alias}`),
  });
  const { text, hasFindings } = await run(at.trail.alias);
  expect(text).toMatch(
    /^the tiles of \S+ give the root that was signed for 9 events: [0-9a-f]{64}\ngone or changed, and put right: level\/number 0\/0\nrecorded as tiles\.rebuilt/,
  );
  expect(text).toContain(`indelible verify --trail ${at.trail.alias} --deep`);
  expect(hasFindings).toBeFalsy();
  await at.append(1);
  expect(await at.reason()).toBeNull();
  expect((await run(at.trail.alias)).text).toMatch(/^nothing was rebuilt: the tiles of \S+ are those of the 11 events that were signed/);
});

test('rows that are others as well: nothing is changed, and a verification says which event it is', async () => {
  await at.signAll();
  await attack(`delete from tile where trail_id = $T; update audit_event set actor_id = actor_id || 'x' where trail_id = $T and seq = 4`);
  const { text, json, hasFindings } = await run(at.trail.alias);
  expect(hasFindings).toBe(true);
  expect(text).toMatch(/event 4 is not what was signed: EVENT_HASH\. Nothing was changed\.\n[\s\S]*\n {2}EVENT_HASH +4 /);
  expect(json).toMatchObject({ state: 'broken', counts: { EVENT_HASH: 1 } });
  expect(await database.superuser`select 1 from tile where trail_id = ${at.trail.trailId}`).toEqual([]);
});

test('a trail that goes on in an epoch already is told of no other', async () => {
  await at.signAll();
  await at.restore('old');
  const advice = 'Restore a state of the database that has what was signed';
  expect((await run(at.trail.alias)).text).toMatch(new RegExp(`${advice}; where there is none, indelible trail epoch --trail ${at.trail.alias}$`));
  await otherProcess(database, () => beginLostEpoch(at.trail.origin));
  expect((await run(at.trail.alias)).text).toMatch(new RegExp(`event 6 is not here as a row: 9 were signed\\. Nothing was changed\\.\n[^]*${advice}$`));
});
