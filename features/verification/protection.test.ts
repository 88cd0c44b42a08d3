import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bindRuntime, openRuntime, runtime } from '@/db/runtime';
import { hasOwnerLogin, isProtectedFromDatabaseAdmin } from '@/features/trail/protection';
import { setEnv } from '@/lib/env';
import { Protection } from './components/protection';

afterEach(async () => {
  await (await runtime()).close();
  vi.restoreAllMocks();
  setEnv({ DATABASE_URL: '', DATABASE_OWNER_URL: '' });
});

/** A process with these settings, which asks its database nothing. */
function use({ url = 'postgres://indelible_web@db.example.com/indelible', ownerUrl = '', isEmbedded = false, uid = 1000 }) {
  setEnv({ DATABASE_URL: isEmbedded ? '' : url, DATABASE_OWNER_URL: ownerUrl });
  bindRuntime(openRuntime({ url, ownerUrl: ownerUrl || url, isEmbedded, stop: async () => {} }));
  vi.spyOn(process, 'getuid').mockReturnValue(uid);
}

/** What Integrity says of it, as a person reads it. */
async function said(): Promise<string> {
  const state = { isProtectedFromDatabaseAdmin: await isProtectedFromDatabaseAdmin(), hasOwnerLogin: await hasOwnerLogin() };
  return renderToStaticMarkup(createElement(Protection, state)).replaceAll(/<[^>]*>/g, '');
}
const READABLE = /^Not protected against the database administrator\. The database server runs as an operating-system user who can read the key files/;
const ONE_LOGIN = /One database login does everything\. .* its three roles catch mistakes, not attackers\. .*DATABASE_OWNER_URL/;
const ownerUrl = 'postgres://indelible_owner@db.example.com/indelible';

describe('what Integrity says of the database', () => {
  test('a login of its own for migrations, on another machine: nothing', async () => {
    use({ ownerUrl });
    expect(await said()).toBe('');
  });

  test('the one login of DATABASE_URL: that the roles catch mistakes and not attackers', async () => {
    use({});
    const text = await said();
    expect(text).toMatch(ONE_LOGIN);
    expect(text).not.toMatch(/administrator/);
  });

  test.each(['localhost', '127.0.0.1', '127.4.0.1', '[::1]'])('a server on this machine, %s: that its user may read the keys', async (host) => {
    use({ url: `postgres://indelible_web@${host}:5432/indelible`, ownerUrl });
    const text = await said();
    expect(text).toMatch(READABLE);
    expect(text).not.toMatch(/One database login/);
  });

  test('one login, on this machine: both', async () => {
    use({ url: 'postgres://indelible_web@localhost/indelible' });
    expect(await said()).toMatch(READABLE);
    expect(await said()).toMatch(ONE_LOGIN);
  });

  test('an embedded server: nothing where root started it and it runs as another user, else that it can read the keys', async () => {
    use({ isEmbedded: true, uid: 0 });
    expect(await said()).toBe('');
    use({ isEmbedded: true });
    expect(await said()).toMatch(READABLE);
    expect(await said()).not.toMatch(/One database login/);
  });
});
