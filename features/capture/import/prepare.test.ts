import { expect, test } from 'vitest';
import { importSentence, waitsForPerson } from './prepare';

const interrupted = (result: Record<string, unknown>) => ({
  said: importSentence({ state: 'interrupted', counts: {}, share: null, secondsLeft: null, result, isAway: false, isCancelling: false }),
  waits: waitsForPerson(result),
});

test('an interrupted import is taken up by itself twice, and then waits for a person', () => {
  for (const interruptions of [1, 2]) {
    const { said, waits } = interrupted({ interruptions });
    expect(waits).toBe(false);
    expect(said.lead).toContain('taken up again by itself');
  }
  const { said, waits } = interrupted({ interruptions: 3 });
  expect(waits).toBe(true);
  expect(said.sentence).toBe('The import was interrupted again and again, and waits to be resumed.');
  expect(said.lead).not.toContain('by itself');
});

test('one that the trail holds back says why', () => {
  const { said, waits } = interrupted({ interruptions: 3, error: { code: 'TRAIL_HELD', hint: 'the signer refuses' } });
  expect(waits).toBe(true);
  expect(said).toMatchObject({ sentence: 'The import waits: the trail takes no event (TRAIL_HELD).', lead: expect.stringContaining('the signer refuses. ') });
});
