import { expect, test } from 'vitest';
import { signAct } from '@/core/act';
import { newObject } from '@/core/json';
import { freshDatabase } from '@/db/test/database';
import { readTransaction, writeTransaction } from '@/db/transaction';
import { logKeyOf } from '@/features/sealing/log-key';
import { figuresAwayText } from '../away-words';
import { appendEvents } from '../mutations/append';
import { appClock } from '../mutations/batch-clock';
import { ensureFirstTrails } from '../mutations/create-trail';
import { systemDraft } from '../mutations/system-draft';
import { apiDrafts } from '../test/drafts';
import { makeTrail } from '../test/make-trail';
import { countEvents } from './count-events';
import { eventHistogram } from './histogram';
import { sayAway } from './say-away';

await freshDatabase();

test('figures that come from rows say that they lack what is archived, once an act says that something may be', async () => {
  await ensureFirstTrails();
  const { trailId, origin, scope } = await makeTrail('away');
  const append = (drafts: Parameters<typeof appendEvents>[2]) => writeTransaction(scope, (tx) => appendEvents(tx, trailId, drafts));
  const question = { filter: { and: [] }, asOf: null, from: null, to: null };
  const figures = () =>
    readTransaction(scope, async (tx) => {
      const chart = await eventHistogram(tx, trailId, { ...question, axis: 'occurred_at', zone: 'UTC' });
      const count = await countEvents(tx, trailId, question);
      return Promise.all([sayAway(tx, trailId, count), chart && sayAway(tx, trailId, chart), sayAway(tx, trailId, { ...count, withAway: true })]);
    });
  const texts = async () => (await figures()).map((one) => one && figuresAwayText(one));
  const [withAway, withoutAway] = [', with those that are archived or disposed of', ', without those that are archived or disposed of'];

  await append(apiDrafts(5));
  expect(await texts()).toEqual(['', '', withAway]);
  const details = signAct(origin, 'partition.archived', Object.assign(newObject(), { from_seq: 0, to_seq: 2, count: 2 }), logKeyOf(origin));
  await append([systemDraft({ action: 'partition.archived', occurredAt: appClock(), resourceType: 'partition', resourceId: '0', details })]);
  expect(await texts()).toEqual([withoutAway, withoutAway, withAway]);
});
