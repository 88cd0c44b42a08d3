// `trail tiles` of a trail of which events are lawfully away: it needs every row, and says where the tiles come from then.
import { expect, test, vi } from 'vitest';
import { actsTrail } from '@/features/verification/test/acts-trail';
import { command } from './trail-tiles';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const { attack, drop, dispose, trail } = await actsTrail({ isPutBack: false }); // one test after the other

const run = async () => {
  const answer = await command.run(
    { values: { trail: trail().alias } as never, positionals: [] },
    { say: () => {}, signal: new AbortController().signal, fileOf: (name) => name },
  );
  return answer.text;
};

test.each([
  ['events that were disposed of', () => dispose(80, 95), 80],
  ['an archived month as well', () => drop(0, 40), 0],
] as const)('%s: no restored state and no epoch gives more than a backup of the tiles', async (_, take, first) => {
  await take();
  await attack('delete from tile where trail_id = $T');
  const text = await run();
  expect(text).toContain(`: event ${first} is not here as a row. Nothing was changed.\n`);
  expect(text).toMatch(/Events are lawfully away, and nothing was found of a signed one: the tiles come from a backup alone\..*$/);
  expect(text).not.toContain('trail epoch');
});

test('one row more is gone than lawfully: the state that has it is to be restored', async () => {
  await drop(40, 41);
  const text = await run();
  expect(text).toContain('Restore a state of the database that has what was signed; where there is none, indelible trail epoch');
  expect(text).not.toContain('from a backup alone');
});
