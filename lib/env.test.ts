import path from 'node:path';
import { expect, test } from 'vitest';
import { hostProblem, parseEnv } from './env';

test('nothing set gives the defaults, and an empty line of .env counts as nothing', () => {
  const expected = {
    INDELIBLE_HOME: path.resolve('.indelible'),
    PORT: 3000,
    INDELIBLE_PROXIES: 0,
    INDELIBLE_URL: 'http://127.0.0.1:3000',
    INDELIBLE_VERIFY_WINDOW: { startMinute: 0, minutes: 300 },
    INDELIBLE_VERIFY_EVENTS: 100_000,
  };
  expect(parseEnv({})).toEqual(expected);
  expect(parseEnv({ PORT: '', DATABASE_URL: '', INDELIBLE_HOST: '', INDELIBLE_HOME: '' })).toEqual(expected);
});

test('every mistake is named at once', () => {
  const wrong = {
    INDELIBLE_HOST: 'https://audit.example.com',
    DATABASE_OWNER_URL: 'mysql://x',
    PORT: '80a',
    INDELIBLE_URL: 'audit.example.com',
    INDELIBLE_ADMIN_EMAIL: 'anna',
    INDELIBLE_ADMIN_PASSWORD: 'short',
    INDELIBLE_VERIFY_WINDOW: '25:00-03:00',
    INDELIBLE_VERIFY_EVENTS: '1e5',
  };
  let message = '';
  try {
    parseEnv(wrong);
  } catch (error) {
    message = (error as Error).message;
  }
  for (const name of Object.keys(wrong)) expect(message).toMatch(new RegExp(`^  ${name}: .`, 'm'));
  expect(message).not.toContain('short'); // a password never reaches a message
});

test('a night may go on over midnight, and is neither a minute nor a day', () => {
  expect(parseEnv({ INDELIBLE_VERIFY_WINDOW: '22:30-03:00' }).INDELIBLE_VERIFY_WINDOW).toEqual({ startMinute: 1350, minutes: 270 });
  for (const wrong of ['02:00-02:10', '02:00-02:00', '06:00-22:00', '2-5', '00:00-24:00']) {
    expect(() => parseEnv({ INDELIBLE_VERIFY_WINDOW: wrong })).toThrow(/INDELIBLE_VERIFY_WINDOW: .*22:00-03:00/);
  }
});

test('the owner alone is refused: it is for migrations of DATABASE_URL', () => {
  expect(() => parseEnv({ DATABASE_OWNER_URL: 'postgres://o@h/d' })).toThrow(/DATABASE_OWNER_URL: .*DATABASE_URL/);
});

test.each(['audit.example.com', 'demo.invalid', 'localhost', 'a-b.c1', 'audit.example.com:8443', '10.0.0.7'])('%s is a host', (host) => {
  expect(hostProblem(host)).toBeNull();
});

test.each([
  ['https://audit.example.com', /without a scheme: audit\.example\.com$/],
  ['audit example.com', /space/],
  ['audit+1.example.com', /"\+"/],
  ['audit.example.com/main', /"\/"/],
  ['Audit.Example.com', /lower case.*: audit\.example\.com$/],
  ['-a.example', /not a host name/],
  ['a..b', /not a host name/],
  ['münchen.example', /not a host name/],
  [`${'a'.repeat(64)}.example`, /not a host name/],
])('%s is no host', (host, problem) => {
  expect(hostProblem(host)).toMatch(problem);
});
