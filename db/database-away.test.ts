import { expect, test } from 'vitest';
import { answered, isDatabaseAway, withAwayDigest } from './database-away';

const failed = (code: string) => Object.assign(new Error('Failed query'), { cause: Object.assign(new Error('the driver'), { code }) });

test('what cannot be reached is told from what refuses', () => {
  for (const code of ['ECONNREFUSED', 'CONNECTION_CLOSED', '08006', '57P01']) expect(isDatabaseAway(failed(code)), code).toBe(true);
  for (const code of ['23505', '42501', '57014']) expect(isDatabaseAway(failed(code)), code).toBe(false);
});

test('an error page learns it by the digest, and nobody else sees another error', () => {
  const away = failed('ECONNREFUSED');
  expect(withAwayDigest(away)).toBe(away);
  expect(away).toHaveProperty('digest', 'DATABASE_AWAY');
  const refused = failed('23505');
  expect(withAwayDigest(refused)).toBe(refused);
  expect(refused).not.toHaveProperty('digest');
});

test('silence is told from an answer', async () => {
  await expect(answered(new Promise(() => {}), 20)).rejects.toMatchObject({ digest: 'DATABASE_AWAY', message: 'the database has not answered for 0.02 s' });
  expect(await answered(Promise.resolve(7), 20)).toBe(7);
  await expect(answered(Promise.reject(failed('23505')), 20)).rejects.toMatchObject({ cause: { code: '23505' } });
});
