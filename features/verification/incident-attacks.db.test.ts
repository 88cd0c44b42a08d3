// What a superuser writes into the rows that an incident file is made of: it says nothing in our name that they alone say, and there is a file.
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { keyIdOf, makeLogKey, vkeyOf } from '@/core/vkey';
import { driveNow } from '@/features/runs/drive-now';
import { getRun } from '@/features/runs/queries';
import { home, homeFolder } from '@/lib/home';
import { logKeyOf } from '../sealing/log-key';
import { getPastRun } from './queries/past-runs';
import { readTreeNow } from './queries/tree-now';
import type { VerifyParams } from './schema';
import { incidentOfRun } from './test/incident-of';
import { sealedTrail } from './test/sealed-trail';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const sealed = await sealedTrail();
const { attack } = sealed;
const origin = () => sealed.trail.origin;
const ours = () => vkeyOf(origin(), logKeyOf(origin()).publicKey);
const theirs = () => vkeyOf(origin(), makeLogKey(Buffer.alloc(32, 9)).publicKey);

const drive = async (params: VerifyParams = {}) => (await driveNow({ kind: 'verify', trailId: sealed.trail.trailId, params }, { verify: verifyRun })).runId;
const rewrite = (runId: number, params: object) => attack(`update run set params = $j$${JSON.stringify(params)}$j$ where run_id = ${runId}`);

beforeEach(() => attack('delete from run_finding; delete from run'));

// the first of the file: the process that appended does not take an older head any more
test('which keys a run went by is said by its event, whatever keys its row names', async () => {
  const second = signCheckpoint(origin(), 300, Buffer.alloc(32, 5), logKeyOf(origin()));
  await attack(`insert into checkpoint values ($T, 300, '\\x${'05'.repeat(32)}', $n$${second}$n$, now())`);
  const fileOf = async (runId: number) => {
    const { incident, text } = await incidentOfRun(sealed.trail, runId, 'EQUIVOCATION');
    expect(text.includes('by the hash that its event names')).toBe(incident.keys.length > 1);
    return { keys: incident.keys.map(({ vkey, isTrusted }) => [vkey, isTrusted]), isUnknown: text.includes('which they were is not known') };
  };
  const own = { keys: [[ours(), true]], isUnknown: false };
  const plain = await drive();
  expect(await fileOf(plain)).toEqual(own);
  await rewrite(plain, { vkeys: [theirs()] });
  expect(await fileOf(plain)).toEqual(own);

  const brought = await drive({ vkeys: [ours(), theirs()] });
  const given = { keys: [ours(), theirs()].map((vkey) => [vkey, true]), isUnknown: false };
  expect(await fileOf(brought)).toEqual(given);
  for (const params of [{ vkeys: [theirs()] }, { vkeys: [] }, {}, { notes: [second] }]) {
    await rewrite(brought, params);
    expect(await fileOf(brought), JSON.stringify(params)).toEqual({ ...own, isUnknown: true });
  }

  // its event tells that something was given, and not whether it was keys
  const noted = await drive({ notes: [second] });
  await rewrite(noted, {});
  const { text } = await incidentOfRun(sealed.trail, noted, 'EQUIVOCATION');
  expect(text).toContain('The run was given keys or notes by its caller, and which they were is not known');

  expect(await getPastRun(sealed.trail, brought, await getRun(sealed.trail.trailId, brought))).toMatchObject({ isByEventAlone: true });

  // 32 bits are soon found twice
  const [one, other] = keysOfOneId();
  const twin = await drive({ vkeys: [ours(), one] });
  expect(await fileOf(twin)).toMatchObject({
    keys: [
      [ours(), true],
      [one, true],
    ],
    isUnknown: false,
  });
  await rewrite(twin, { vkeys: [ours(), other] });
  expect(await fileOf(twin)).toEqual({ ...own, isUnknown: true });
});

function keysOfOneId(): [string, string] {
  const met = new Map<string, string>();
  for (let n = 0; ; n++) {
    const publicKey = Buffer.alloc(32);
    publicKey.writeUInt32BE(n);
    const [id, vkey] = [keyIdOf(origin(), publicKey), vkeyOf(origin(), publicKey)];
    const before = met.get(id);
    if (before !== undefined) return [before, vkey];
    met.set(id, vkey);
  }
}

test('of rows that are gone, with something else than a number written for what is here: no tree is read, and there is a file', async () => {
  await sealed.cutBack(500);
  const runId = await drive();
  const treeOf = async () => (await incidentOfRun(sealed.trail, runId, 'TRUNCATED')).incident.tree;
  expect(await treeOf()).toMatchObject({ from: 500, to: 600 });
  for (const found of ['-5', '1.5', 'x', '00', '1e300']) {
    await attack(`update run_finding set found = '${found}' where run_id = ${runId} and code = 'TRUNCATED'`);
    expect(await treeOf(), found).toBeNull();
  }
  for (const from of [-5, 1.5, Number.NaN]) expect(await readTreeNow(sealed.trail, { from, to: 600 }, null), String(from)).toBeNull();
});

test('a note as long as nobody signs one is left out, and that is said', async () => {
  const runId = await found();
  await attack(`insert into checkpoint values ($T, 301, '\\x${'07'.repeat(32)}', repeat('x', 70000), now())`);
  const { incident, text } = await incidentOfRun(sealed.trail, runId, 'NOTE_REFUSED');
  expect(incident.notes).toEqual(['short\n']);
  expect(text).toContain('1 note of more than 64 KiB at hand is left out: no checkpoint is so long.');
});

test('the file of a checkpoint that cannot be read: the rest of the incident file is there, and that is said', async () => {
  const runId = await found();
  const file = path.join(homeFolder('checkpoints'), 'sealed');
  const note = fs.readFileSync(file, 'utf8');
  const kept = path.join(home(), 'found', 'sealed.notes', '0.note');
  fs.rmSync(file);
  fs.mkdirSync(file); // whoever runs this may be root, who may read every file
  try {
    const { incident, text } = await incidentOfRun(sealed.trail, runId, 'NOTE_REFUSED');
    expect(incident.notes).toEqual(['short\n']);
    expect(incident.checkpoint).toBeNull();
    expect(text.split('The file of the newest checkpoint cannot be read (EISDIR)')).toHaveLength(2); // once
    await attack('delete from checkpoint where trail_id = $T and size = 300');
    fs.mkdirSync(kept, { recursive: true });
    const other = await incidentOfRun(sealed.trail, runId, 'NOTE_REFUSED');
    expect(other.incident.notes).toEqual(['short\n']); // by its file alone, beside one that cannot be read
    expect(other.text).toContain('A note that was kept when something was found cannot be read (EISDIR)');
  } finally {
    fs.rmSync(kept, { recursive: true, force: true });
    fs.rmdirSync(file);
    fs.writeFileSync(file, note);
  }
});

/** A run that refused a note of the database. */
async function found(): Promise<number> {
  await attack("update checkpoint set note = e'short\\n' where trail_id = $T and size = 300");
  return drive();
}
