// The notes that a finding is about are kept outside the database (SPEC §8), whatever becomes of their rows.
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { sha256 } from '@/core/sha256';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { driveNow } from '@/features/runs/drive-now';
import { listKeptNotes } from '@/features/trail/found-notes';
import { createTrail } from '@/features/trail/mutations/create-trail';
import { home } from '@/lib/home';
import { readCheckpointFile } from '../sealing/checkpoint-file';
import { logKeyOf } from '../sealing/log-key';
import { runSentence } from './past-run';
import { listPastRuns } from './queries/past-runs';
import { SIGNED, sealedTrail } from './test/sealed-trail';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const sealed = await sealedTrail();
const { attack } = sealed;
const stranger = makeLogKey(Buffer.alloc(32, 9));
const WRONG = Buffer.alloc(32, 5);

const folder = () => path.join(home(), 'found', 'sealed.notes');
beforeEach(() => fs.rmSync(folder(), { recursive: true, force: true }));

const insert = (size: number, note: string) => attack(`insert into checkpoint values ($T, ${size}, '\\x${WRONG.toString('hex')}', $n$${note}$n$, now())`);
const run = async (params: object = {}) => {
  const ended = await driveNow({ kind: 'verify', trailId: sealed.trail.trailId, params: { ...params } }, { verify: verifyRun });
  return (ended.result as unknown as { counts: object }).counts;
};
const sorted = (notes: (string | null | undefined)[]) => [...notes].sort();
const rowNote = async (size: number) =>
  (await sealed.database.superuser<{ note: string }[]>`select note from checkpoint where trail_id = ${sealed.trail.trailId} and size = ${size}`)[0]?.note;

test('who makes a trail makes their folder, so that it is not first made by a command of another user', async () => {
  expect(await createTrail('young', { synthetic: false }, 'system')).toMatchObject({ ok: true });
  expect(fs.statSync(path.join(home(), 'found', 'young.notes')).mode & 0o777).toBe(0o700);
});

test('two roots for one size: both notes, each by its hash, and they stay when the rows are gone and a run finds nothing', async () => {
  const { origin } = sealed.trail;
  const other = signCheckpoint(origin, 300, WRONG, logKeyOf(origin));
  const ours = await rowNote(300);
  await insert(300, other);
  expect(await run()).toEqual({ EQUIVOCATION: 1 });
  const both = sorted([ours, other, readCheckpointFile(origin)]); // and the newest, which one of them contradicts
  expect(sorted(listKeptNotes(origin))).toEqual(both);
  expect(sorted(fs.readdirSync(folder()))).toEqual(sorted(both.map((note) => `${sha256(note as string).toString('hex')}.note`)));
  await attack(`delete from checkpoint where trail_id = $T and size = 300 and note = $n$${other}$n$`);
  expect(await run({ deep: true })).toEqual({});
  expect(sorted(listKeptNotes(origin))).toEqual(both);
});

test('one that a larger confirmed one contradicts: both, also where a caller brought it', async () => {
  const { origin } = sealed.trail;
  const other = signCheckpoint(origin, 350, WRONG, logKeyOf(origin));
  expect(await run({ notes: [other] })).toMatchObject({ EQUIVOCATION: 1 });
  expect(sorted(listKeptNotes(origin))).toEqual(sorted([other, await rowNote(SIGNED)]));
});

test('by a key that nobody gave, and under a bad signature', async () => {
  const { origin } = sealed.trail;
  const foreign = signCheckpoint(origin, 350, WRONG, stranger);
  const forged = signCheckpoint(origin, 351, WRONG, logKeyOf(origin)).replace('\n351\n', '\n352\n');
  await insert(350, foreign);
  await insert(352, forged);
  expect(await run()).toMatchObject({ UNKNOWN_KEY: 1, NOTE_REFUSED: 1 });
  expect(sorted(listKeptNotes(origin))).toEqual(sorted([foreign, forged]));
  // what a caller brings under keys of his own he has himself
  fs.rmSync(folder(), { recursive: true });
  await attack('delete from checkpoint where trail_id = $T and size in (350, 352)');
  expect(await run({ vkeys: [vkeyOf(origin, stranger.publicKey)] })).toMatchObject({ UNKNOWN_KEY: expect.any(Number) });
  expect(listKeptNotes(origin)).toEqual([]);
});

test('those of a run that was killed before its verdict stay too, though their rows are gone when the next one reads', async () => {
  const { origin, trailId } = sealed.trail;
  const forged = signCheckpoint(origin, 351, WRONG, logKeyOf(origin)).replace('\n351\n', '\n352\n');
  await insert(352, forged);
  const killed = driveNow(
    {
      kind: 'verify',
      trailId,
      params: {},
      onReport: ({ done, counts }) => {
        if (done && counts?.NOTE_REFUSED) throw new Error('killed');
      },
    },
    { verify: verifyRun },
  );
  await expect(killed).rejects.toThrow();
  expect(listKeptNotes(origin)).toEqual([forged]);
  await attack('delete from checkpoint where trail_id = $T and size = 352');
  expect(await run({ deep: true })).toMatchObject({ NOTE_REFUSED: 1 }); // what the one before had found
  expect(listKeptNotes(origin)).toEqual([forged]);
});

test('one whose text was changed counts for nothing', async () => {
  const { origin } = sealed.trail;
  await insert(350, signCheckpoint(origin, 350, WRONG, stranger));
  await run();
  const [name] = fs.readdirSync(folder());
  fs.appendFileSync(path.join(folder(), name as string), '\n');
  expect(listKeptNotes(origin)).toEqual([]);
});

test('a checkpoint file of the home that cannot be read: the run says which, what to do, and nothing of the events', async () => {
  const { origin, trailId } = sealed.trail;
  await attack('delete from run_finding; delete from run'); // which know of more events than were put back
  const file = path.join(home(), 'checkpoints', 'sealed');
  const rotated = `${file}.0123abcd`;
  fs.renameSync(file, `${file}-aside`);
  for (const [unread, name] of [
    [file, 'checkpoints/sealed'],
    [rotated, 'checkpoints/sealed.0123abcd'],
  ] as const) {
    fs.mkdirSync(unread);
    const hint = expect.stringMatching(
      `the file ${name} of INDELIBLE_HOME cannot be read \\(EISDIR\\).*nothing is said of the events. Give it back to the user`,
    );
    await expect(run()).rejects.toMatchObject({ code: 'CHECKPOINT_UNREAD', hint });
    const [failed] = await listPastRuns({ trailId, origin }, { limit: 1 });
    if (!failed) throw new Error('no run');
    expect(failed).toMatchObject({ state: 'failed', verdict: null });
    expect(runSentence(failed, [])).toMatch(/^Could not check: CHECKPOINT_UNREAD\. Nothing is said of the log\. .*Give it back.*verify again\.$/);
    fs.rmdirSync(unread);
  }
  fs.renameSync(`${file}-aside`, file);
  expect(await run()).toEqual({});
});
