// Every checkpoint that the database lists, and not some of them (SPEC §7, §8): a trail with one at each of its sizes.
import { beforeEach, expect, test, vi } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { digestOf, leafHash, MerkleTree } from '@/core/merkle';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { partsOf, toldParts } from '@/features/trail/told-parts';
import { logKeyOf } from '../sealing/log-key';
import { listedText } from './listed-words';
import { END, SIGNED, sealedTrail } from './test/sealed-trail';
import { named } from './test/verify-all';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const sealed = await sealedTrail();
const { attack, verify } = sealed;
const stranger = makeLogKey(Buffer.alloc(32, 9));
const WRONG = Buffer.alloc(32, 5);
const UNSEEN = 287; // neither among the newest nor among those that are opened before the first row

const put = (size: number, root: Buffer, note: string) =>
  attack(
    `delete from checkpoint where trail_id = $T and size = ${size}; insert into checkpoint values ($T, ${size}, '\\x${root.toString('hex')}', $n$${note}$n$, now())`,
  );

let roots: Buffer[] = [];

beforeEach(async () => {
  const { origin } = sealed.trail;
  const tree = new MerkleTree();
  roots = [tree.rootBytes()];
  for (const { eventHash } of await sealed.rows()) {
    tree.pushLeaf(digestOf(leafHash(eventHash)));
    roots.push(tree.rootBytes());
  }
  const key = logKeyOf(origin);
  const rows = roots
    .slice(0, SIGNED + 1)
    .map((root, size) => `($T, ${size}, '\\x${root.toString('hex')}', $n$${signCheckpoint(origin, size, root, key)}$n$, now())`);
  await attack(`delete from checkpoint where trail_id = $T; insert into checkpoint values ${rows.slice(1).join(', ')}`);
});

// the text and the key stay, the signature does not
const forge = (text: string) => text.replace(/.(.{40}=*\n)$/, (end, rest: string) => (end[0] === 'A' ? 'B' : 'A') + rest);

test('all are compared, and some opened; in a deep run all; and the verdict says so', async () => {
  const verdict = await verify();
  expect(verdict).toMatchObject({ findings: [], state: 'holds', sealedTo: SIGNED, listed: { compared: SIGNED } });
  expect(verdict.listed?.opened).toBeGreaterThan(64);
  expect(verdict.listed?.opened).toBeLessThan(SIGNED);
  expect(listedText({ listed: verdict.listed ?? undefined, resumed: null })).toMatch(
    /^600 listed ones compared with the events, the signatures of \d+ verified; a deep/,
  );
  expect(await verify({ deep: true })).toMatchObject({ findings: [], state: 'holds', listed: { compared: SIGNED, opened: SIGNED } });
  expect(await verify({ from: 200, to: 250 })).toMatchObject({ findings: [], listed: { compared: 51 } });
});

test('one in the middle that says otherwise: by nobody, by a stranger, and by our key, in every run', async () => {
  const { origin } = sealed.trail;
  const ours = signCheckpoint(origin, UNSEEN, WRONG, logKeyOf(origin));
  await put(UNSEEN, WRONG, forge(ours));
  expect((await verify()).findings).toEqual([{ code: 'NOTE_REFUSED', seq: null, expected: null, found: 'signature', lastGood: null }]);
  await put(UNSEEN, WRONG, signCheckpoint(origin, UNSEEN, WRONG, stranger));
  expect((await verify()).findings).toEqual([
    { code: 'UNKNOWN_KEY', seq: null, expected: null, found: vkeyOf(origin, stranger.publicKey).split('+').slice(0, 2).join('+'), lastGood: null },
  ]);
  await put(UNSEEN, WRONG, ours);
  const told = { code: 'EQUIVOCATION', seq: null, expected: `${UNSEEN} ${roots[UNSEEN]?.toString('hex')}`, found: `${UNSEEN} ${WRONG.toString('hex')}` };
  expect((await verify()).findings).toEqual([{ ...told, lastGood: null }]);
  expect((await verify({ deep: true })).findings).toEqual([{ ...told, lastGood: null }]);
});

test('one in the middle that says what the rows say: by a stranger in every run, with a signature that is none in a deep one', async () => {
  const { origin } = sealed.trail;
  const root = roots[UNSEEN] as Buffer;
  await put(UNSEEN, root, signCheckpoint(origin, UNSEEN, root, stranger));
  expect(named(await verify())).toEqual(['UNKNOWN_KEY@null']);
  await put(UNSEEN, root, forge(signCheckpoint(origin, UNSEEN, root, logKeyOf(origin))));
  expect(await verify()).toMatchObject({ findings: [], listed: { compared: SIGNED } });
  expect(named(await verify({ deep: true }))).toEqual(['NOTE_REFUSED@null']);
});

test("a true checkpoint in another one's row", async () => {
  const root = roots[UNSEEN] as Buffer;
  await put(UNSEEN, root, signCheckpoint(sealed.trail.origin, UNSEEN - 1, roots[UNSEEN - 1] as Buffer, logKeyOf(sealed.trail.origin)));
  const told = { code: 'NOTE_REFUSED', seq: null, expected: `${UNSEEN}`, found: 'row', lastGood: null };
  expect((await verify()).findings).toEqual([told]);
  expect((await verify({ deep: true })).findings).toEqual([told]);
});

test('thousands at one size, each with another root: all are compared, and those that are not told one by one are told as one', async () => {
  const { origin } = sealed.trail;
  const [before, after] = signCheckpoint(origin, UNSEEN, WRONG, logKeyOf(origin)).split(WRONG.toString('base64'));
  await attack(`insert into checkpoint select $T, ${UNSEEN}, root, $n$${before}$n$ || encode(root, 'base64') || $n$${after}$n$, now()
    from generate_series(1, 2500) i, sha256(i::text::bytea) root`);
  const verdict = await verify();
  expect(verdict).toMatchObject({ state: 'broken', listed: { compared: SIGNED + 2500 } });
  const [more] = verdict.findings.filter(({ found }) => found === 'more');
  expect((verdict.counts.NOTE_REFUSED ?? 0) - 1 + Number(more?.expected)).toBe(2500);
  expect(verdict.counts.NOTE_REFUSED).toBeLessThan(1_300); // some were opened before the first row
  // and where no root can be formed
  await attack('delete from audit_event where trail_id = $T and seq between 250 and 300; delete from tile where trail_id = $T');
  const { counts } = await verify({ deep: true });
  expect(counts).toMatchObject({ SEQ_GAP: 1, NOTE_REFUSED: verdict.counts.NOTE_REFUSED });
});

test('where no root can be formed any more, those from there on are named as not compared, in the verdict and by the event that tells of it', async () => {
  await attack('delete from audit_event where trail_id = $T and seq between 250 and 300; delete from tile where trail_id = $T');
  const verdict = await verify();
  expect(named(verdict)).toContain('SEQ_GAP@250');
  const { listed } = verdict;
  expect(listed).toMatchObject({ compared: 250, uncompared: SIGNED - 250 });
  expect(listedText({ listed: listed ?? undefined, resumed: null })).toMatch(/^250 listed ones compared .*; 350 not compared, for want of events or of tiles$/);
  const told = toldParts({ ...verdict, keys: [], unsealed: { events: 0, oldestMs: null }, signedTo: SIGNED });
  expect(partsOf(told)?.listed).toEqual(listed);
});

test('history rewritten from 421 on, tiles as well: the bracket of FORK is the last size that holds and the first that does not', async () => {
  const rows = await sealed.rewrite(421, () => ({ actorId: 'mallory' }));
  await sealed.rewriteTiles(rows);
  await sealed.setHead(END);
  const told = { code: 'FORK', seq: 421, expected: '[421,422)', found: null, lastGood: null };
  const end = { findings: [told], sealedTo: 421, root: roots[421]?.toString('hex') };
  expect(await verify()).toMatchObject(end);
  expect(await verify({ deep: true })).toMatchObject(end);
  // what is listed above is gone: the file beside the key alone knows the other history
  await attack('delete from checkpoint where trail_id = $T and size > 421');
  expect(await verify()).toMatchObject({ ...end, findings: [{ ...told, expected: `[421,${SIGNED})` }] });
});
