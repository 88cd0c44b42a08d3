import { expect, it } from 'vitest';
import { judgeHead, judgeSignature } from '@/core/signer-guard';
import { lostAppends, refusalAdvice } from './refusal-words';

const root = Buffer.alloc(32, 1);
const reasonOf = (...args: Parameters<typeof judgeSignature>) => {
  const verdict = judgeSignature(...args);
  return verdict.ok ? '' : verdict.reason;
};
const signed = { origin: 'audit.example.com/main', size: 10, root };

const appendedLost = (events: number, committed: number) => `HEAD_FORGED: ${lostAppends(events, committed)}`;

it('knows a next step for each reason of the signer', () => {
  const general = refusalAdvice('something nobody has thought of', 'main');
  expect(general).toBe('Change nothing and verify now.');
  const advice = [
    reasonOf(null, signed, 10, []),
    reasonOf('missing', signed, 10, []),
    reasonOf({ ...signed, origin: 'audit.example.com/other' }, signed, 10, []),
    reasonOf({ ...signed, size: 11 }, signed, 10, []),
    reasonOf({ ...signed, root: Buffer.alloc(32, 2) }, signed, 10, []),
    reasonOf(signed, { ...signed, size: 12 }, 12, []),
    '12 events were signed, and the database has 9: events are gone, or an old database was restored',
    'HEAD_FORGED: the MAC of the head row is not the one our key gives',
    'event 7 is not to be sealed: EVENT_HASH',
    'the tiles of the tree give no proof from 4 to 9 events',
  ].map((reason) => refusalAdvice(reason, 'main'));
  expect(advice).not.toContain(general);
  expect(advice[3]).toContain('restore one that reaches at least this far');
  expect(advice[4]).toBe(advice[5]);
});

it('names the events that were appended and are gone, and what to do where no backup has them', () => {
  expect(appendedLost(6, 7)).toBe('HEAD_FORGED: event 6 was appended here and acknowledged, and the head row stands at 6: the newest are gone');
  expect(appendedLost(6, 9)).toContain('events 6 to 8 were appended here');
  expect(appendedLost(7, 7)).toContain('another event 6 was appended here');
  expect(appendedLost(9, 7)).toContain('event 6 that was appended here and acknowledged is gone, or another');
  for (const reason of [appendedLost(6, 7), appendedLost(6, 9), appendedLost(7, 7), appendedLost(9, 7)])
    expect(refusalAdvice(reason, 'main')).toMatch(/Restore.*guard adopt --trail main.*send these events again/);
});

it('names a new epoch for a tree that is damaged only where events may be what is lost', () => {
  const verdict = judgeHead(signed, 10, Buffer.alloc(32, 3), null);
  const either = refusalAdvice(verdict.ok ? '' : verdict.reason, 'main');
  expect(either).toMatch(
    /verify now, which says whether the events are whole\. Where they are, .*no new epoch is for that\. Where they are not.*trail epoch --trail main/,
  );
  const tiles = 'the tiles of the tree do not give the root that was signed for 9 events: tiles are missing, or somebody changed them';
  expect(refusalAdvice(tiles, 'main')).toMatch(
    /Verify now: it says whether the events are whole\. Where they are, ask who wrote to the table of tiles.*“indelible trail tiles --trail main”/,
  );
  expect(refusalAdvice(tiles, 'main')).not.toContain('trail epoch');
});

it('says whose a file is to be that cannot be read', () => {
  for (const reason of [
    'the guard file cannot be read (EACCES): nobody can say what was signed last',
    'the file keys/main.refused cannot be read (EACCES)',
    'HEAD_FORGED: the file keys/main.lost cannot be read (EACCES): nobody can say whether events that are gone were given up',
  ])
    expect(refusalAdvice(reason, 'main')).toContain('the user that Indelible runs as');
});

it('says what is to be done about a file that is missing, damaged or a stranger', () => {
  expect(refusalAdvice('the key file keys/main.key is missing: nothing can be signed', 'main')).toMatch(/^Put it back from the backup.*none is made anew/);
  expect(refusalAdvice('the key file keys/main.key is damaged: nothing can be signed', 'main')).toMatch(/^Put it back from the backup.*none is made anew/);
  expect(refusalAdvice('the key file keys/main.key cannot be read (EACCES): nothing can be signed', 'main')).toContain('the user that Indelible runs as');
  expect(refusalAdvice('the file keys/main.refused is damaged: nobody can say of which events it knew', 'main')).toMatch(
    /restore a state.*guard adopt --trail main/,
  );
  expect(refusalAdvice('the folder keys/main.known holds x, which says nothing: find out what it is, and take it away', 'main')).toMatch(/go on by themselves/);
  expect(refusalAdvice('a process refused, and nobody has looked yet whether all is there that it knew of', 'main')).toMatch(/^The signer looks/);
});
