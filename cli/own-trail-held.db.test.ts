// The trail `indelible`, in which everything done in the product is recorded, takes no event: what is needed to find out why and to go on starts all the same.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { listTrails } from '@/features/access/queries';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { installation } from '@/jobs/test/installation';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 }); // processes, and perhaps a build of the command line, on a busy machine

const { home, sql, signIn, indelible, start } = await installation();
const origin = 'audit.example.com/indelible';
const TABLES = ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint'];
const guard = path.join(home, 'keys/indelible.guard');
let guardText: string;

beforeAll(async () => {
  await keep('begin', 'seq < 1');
  await signIn();
  for (const trail of await listTrails()) expect(await sealTrail(trail)).toMatchObject({ ok: true, isWhole: true });
  await keep('whole', 'true');
});
beforeEach(() => {
  guardText = fs.readFileSync(guard, 'utf8');
});
afterEach(async () => {
  await restore('whole');
  fs.writeFileSync(guard, guardText);
});

async function keep(name: string, rows: string) {
  for (const table of TABLES) {
    const condition = table === 'audit_event' || table === 'event_key' ? rows : 'true';
    await sql.unsafe(
      `create table backup.${name}_${table} as select * from ${table} where trail_id = (select trail_id from trail where origin = '${origin}') and ${condition}`,
    );
  }
}
const restore = (name: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const table of TABLES) {
      await tx.unsafe(`delete from ${table} where trail_id = (select trail_id from trail where origin = '${origin}')`);
      await tx.unsafe(`insert into ${table} select * from backup.${name}_${table}`);
    }
  });

const adopt = (code: number) => indelible(code, 'guard', 'adopt', '--trail', 'indelible', '--confirm', origin);

describe('the server and the commands start where indelible takes no event', () => {
  test('because its guard is gone: verified and adopted, it goes on', async () => {
    fs.rmSync(guard);
    expect(await start()).toEqual([]); // nothing was to be recorded
    await expect(signIn()).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
    expect(await indelible(0, 'vkey', '--trail', 'main')).toMatchObject({ vkey: expect.any(String) });
    expect(await indelible(0, 'verify', '--trail', 'indelible')).toMatchObject({ counts: {} });
    await adopt(0);
    expect(await signIn()).toMatchObject({ ok: true });
    fs.rmSync(path.join(home, 'checkpoints/indelible')); // what is put back behind this test is older
  });

  test('because somebody wrote to its end marker: a verification names it', async () => {
    await sql`update trail_head set mac = ${Buffer.alloc(32, 7)} where trail_id = (select trail_id from trail where origin = ${origin})`;
    expect(await start()).toEqual([]);
    await expect(signIn()).rejects.toMatchObject({ code: 'HEAD_FORGED' });
    expect(await indelible(1, 'verify', '--trail', 'indelible')).toMatchObject({ state: 'broken', counts: { HEAD_FORGED: 1 } });
    expect((await adopt(2)).error.code).toBe('GUARD_NOT_ADOPTED');
    expect((await indelible(2, 'checkpoint', '--trail', 'indelible')).error).toMatchObject({
      code: 'SIGNER_REFUSED',
      message: expect.stringContaining('HEAD_FORGED'),
    });
    expect(await indelible(0, 'checkpoint', '--trail', 'main')).toMatchObject({ size: expect.any(Number) });
  });

  test('because it was restored from before the acts of the first start: what cannot be recorded now is said', async () => {
    await restore('begin');
    await sql`delete from action_catalogue`;
    const said = await start();
    expect(said).toEqual([
      expect.stringMatching(/^The catalogue of actions is not published.*(HEAD_FORGED|SIGNER_REFUSED).*tried again at the next start/),
      expect.stringMatching(/^Which redaction rules are in force is not recorded.*tried again at the next start/),
    ]);
    expect(await sql`select 1 from action_catalogue`).toEqual([]); // not without its act
    expect(await indelible(1, 'verify', '--trail', 'indelible')).toMatchObject({ state: 'broken' });
    expect((await adopt(2)).error).toMatchObject({
      code: 'GUARD_NOT_ADOPTED',
      message: expect.stringMatching(
        /signed events cannot be given up: \d+ events were signed, and the database has 1: the newest are gone.*trail epoch --trail indelible/,
      ),
    });
    await sql`delete from app_user`; // and nobody has an account
    expect((await start()).at(-1)).toMatch(/^The first account is not made: .*account\.created cannot be recorded/);
  });
});
