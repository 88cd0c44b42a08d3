import { expect, test } from 'vitest';
import { verdictSentence } from './verdict-sentence';

type Finding = { code: string; seq: number | null; expected: string | null; found: string | null };
const finding = (code: string, seq: number | null, expected: string | null = null, found: string | null = null): Finding => ({ code, seq, expected, found });
const say = (findings: Finding[], more: object = {}) => {
  const counts: Record<string, number> = {};
  for (const { code } of findings) counts[code] = (counts[code] ?? 0) + 1;
  return verdictSentence(
    { from: 0, to: 100, checked: 100, state: findings.length > 0 ? 'broken' : 'consistent', counts, findings: findings.length, ...more },
    findings,
  );
};

test('a break is told by what happened, and what holds beside it', () => {
  expect(say([finding('EVENT_HASH', 84117), finding('SEQ_GAP', 97360, '97360', '97363')], { checked: 118238 })).toBe(
    'One event was altered and three are missing. The other 118,237 hold.',
  );
  expect(say([finding('SEQ_GAP', 7, '7', '8')], { checked: 99 })).toBe('One event is missing. The 99 here hold.');
  expect(say([finding('TRUNCATED', 90, '100', '90')], { checked: 90 })).toBe('Ten events of the newest are gone. The 90 here hold.');
  expect(say([finding('HEAD_FORGED', 100)])).toBe("The trail's end marker was moved. The 100 here hold.");
  expect(say([finding('HEAD_CUT', 0, '0', null)], { checked: 0 })).toBe('One event of the oldest is gone. Nothing else is here.');
});

test('what was found beyond the findings at hand is told too', () => {
  const kept = [finding('EVENT_HASH', 1), finding('EVENT_HASH', 2)];
  const said = (altered: number) =>
    verdictSentence({ from: 0, to: 100, checked: 97, state: 'broken', counts: { EVENT_HASH: altered, SEQ_GAP: 1, TRUNCATED: 1 }, findings: altered + 2 }, kept);
  const found = 'events were altered, events are missing in one place and the newest are gone.';
  expect(said(40_000)).toBe(`40,000 ${found} What is not named holds.`); // all of them are in the file
  expect(said(40)).toBe(`40 ${found}`); // whose rows somebody took away
});

test('nothing found is said with its range, and that nothing outside vouches for it', () => {
  expect(say([])).toBe('All 100 events hold, 0 to 99: internally consistent, not anchored.');
  expect(say([], { to: 1, checked: 1 })).toBe('Event 0 holds: internally consistent, not anchored.');
  expect(say([], { state: 'not_covered', checked: 0, from: 10, to: 20 })).toBe('Nothing was checked: no event of [10,20) is here.');
});

test('a run that was stopped claims nothing of what it did not reach', () => {
  expect(say([], { state: 'cancelled', to: 40, checked: 40 })).toBe('40 events hold, 0 to 39. Stopped at 40; nothing is said of what follows.');
  expect(say([finding('EVENT_HASH', 3)], { isCancelled: true, to: 40, checked: 40 })).toBe(
    'One event was altered. The other 39 hold. Stopped at 40; nothing is said of what follows.',
  );
});

test('a new key is asked for beside a verdict that stands', () => {
  const rotated = [finding('KEY_ROTATED', null, '60', 'audit.example.com/main+c6cf176a+AXFn')];
  expect(say(rotated, { state: 'holds', sealedTo: 90 })).toBe(
    'All 100 events hold, 0 to 99: sealed to 89, not anchored. The trail has a new key, signed in by the one that you gave: compare its words, then verify with both.',
  );
  expect(say([...rotated, finding('EVENT_HASH', 7)])).toBe('One event was altered and the trail has a new key. The other 99 hold.');
});

test('what is not what was sealed is said so, and of the rest what a root says', () => {
  const of620 = { to: 620, checked: 620 };
  const [old, now] = ['57b3'.repeat(16), 'a01c'.repeat(16)];
  const sealed = 'hat is here is not what was sealed';
  expect(say([finding('TILE_MISMATCH', 7, old, now)], of620)).toBe(`W${sealed}. The other 619 hold.`);
  const tile = finding('TILE_MISMATCH', null, null, '{"level":0,"tile":1}');
  expect(say([tile], of620)).toBe('The stored tree is not what was signed. The 620 here hold.');
  expect(say([tile, finding('TILE_MISMATCH', 7, old, now)], of620)).toBe(`W${sealed}. The other 619 hold.`);
  // the old leaves lead to a signed root, and those below are the same
  expect(say([finding('FORK', 300, old, now)], of620)).toBe(`W${sealed}. Events 0 to 299 are as they were signed; from 300 on nothing holds.`);
  expect(say([finding('FORK', 1, old, now)], of620)).toBe(`W${sealed}. Event 0 is as it was signed; from 1 on nothing holds.`);
  expect(say([finding('FORK', 0, old, now)], of620)).toBe(`W${sealed}. From 0 on nothing holds.`);
  expect(say([finding('EVENT_HASH', 7), finding('FORK', 300, old, now)], of620)).toBe(
    `One event was altered and w${sealed}. What else is here below 300 is as it was signed; from 300 on nothing holds.`,
  );
  // no old leaves: what was signed at 256 is here, what was signed at 512 is not
  expect(say([finding('FORK', 256, '[256,512)')], { ...of620, sealedTo: 256 })).toBe(
    `W${sealed}. Events 0 to 255 are as they were signed; from 256 on nothing holds.`,
  );
  expect(say([finding('FORK', 400, '[400,512)')], { ...of620, from: 400, checked: 220 })).toBe(`W${sealed}. From 400 on nothing holds.`);
  expect(say([finding('FORK', 450, '[450,512)')], { ...of620, from: 400, checked: 220 })).toBe(`W${sealed}. From 450 on nothing holds.`);
});

test('where keys, roots or a history without a place are at fault, nothing is said of the rest', () => {
  expect(say([finding('FORK', null)])).toBe('What is here is not what was sealed.');
  expect(say([finding('ROOT_MISMATCH', null)])).toBe('What is here is not what was sealed.');
  expect(say([finding('EVENT_HASH', 3), finding('UNKNOWN_KEY', null)])).toBe('One event was altered and a checkpoint does not hold.');
  expect(say([finding('EQUIVOCATION', null)])).toBe('A checkpoint does not hold.');
  const beyond = (counts: Record<string, number>) =>
    verdictSentence({ from: 0, to: 100, checked: 100, state: 'broken', counts, findings: 42 }, [finding('EVENT_HASH', 1), finding('EVENT_HASH', 2)]);
  expect(beyond({ EVENT_HASH: 41, FORK: 1 })).toBe('41 events were altered and what is here is not what was sealed.');
  expect(beyond({ EVENT_HASH: 41, UNKNOWN_KEY: 1 })).toBe('41 events were altered and a checkpoint does not hold.');
});

test('what is lawfully away is said beside what holds, and never counted as holding', () => {
  const archived = { kind: 'archived', from: 0, to: 40, count: 40 } as const;
  const disposed = { kind: 'disposed', from: 60, to: 90, count: 3 } as const;
  expect(say([], { checked: 60, away: [archived] })).toBe(
    'All 60 events that are here hold, 0 to 99: internally consistent, not anchored. 40 events are archived, lawfully.',
  );
  expect(say([], { checked: 60, away: [archived, disposed] })).toContain('All 57 events that are here hold');
  expect(say([], { checked: 100, away: [{ ...disposed, count: 1 }] })).toContain('. 1 event is disposed of, lawfully.');
  expect(say([], { from: 60, to: 61, checked: 1, away: [{ ...disposed, to: 61, count: 1 }] })).toBe(
    'No event is here, 60 to 60: internally consistent, not anchored. 1 event is disposed of, lawfully.',
  );
  expect(say([], { state: 'not_covered', to: 40, checked: 0, away: [archived] })).toBe(
    'Nothing was checked: no event of [0,40) is here. 40 events are archived, lawfully.',
  );
  expect(say([finding('EVENT_HASH', 70)], { checked: 60, away: [archived, disposed] })).toBe(
    'One event was altered. The other 56 hold. 40 events are archived and 3 disposed of, lawfully.',
  );
  expect(say([], { to: 40_000, checked: 39_960, away: [archived] })).not.toContain('Figures');
  expect(say([], { to: 70_000, checked: 69_960, away: [archived] })).toContain('Figures kept for charts of blocks with such events are not derived again.');
});

test('stubs that no act explains are not called the oldest', () => {
  const gone = 'vents were disposed of without an act that says so.';
  expect(say([finding('HEAD_CUT', 70, null, 'stub')], { stubs: 4 })).toBe(`E${gone} The 96 here hold.`);
  expect(say([finding('HEAD_CUT', 0, '0', '7'), finding('HEAD_CUT', 70, null, 'stub')], { checked: 93, stubs: 2 })).toBe(
    `Seven events of the oldest are gone and e${gone} The 91 here hold.`,
  );
  // lawful ones beside them are among the stubs
  const away = [{ kind: 'disposed', from: 60, to: 62, count: 2 }];
  expect(say([finding('EVENT_HASH', 7), finding('HEAD_CUT', 70, null, 'stub')], { away, stubs: 5 })).toBe(
    `One event was altered and e${gone} The other 94 hold. 2 events are disposed of, lawfully.`,
  );
  expect(say([finding('HEAD_CUT', 70, null, 'stub')], { stubs: 100 })).toBe(`E${gone}`);
  // a run of a time when they were not counted
  expect(say([finding('HEAD_CUT', 70, null, 'stub')])).toBe(`E${gone}`);
});
