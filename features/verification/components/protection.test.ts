import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Protection } from './protection';

/** What Integrity says of it, as a person reads it. */
const said = (isProtectedFromDatabaseAdmin: boolean, hasOwnerLogin: boolean): string =>
  renderToStaticMarkup(createElement(Protection, { isProtectedFromDatabaseAdmin, hasOwnerLogin })).replaceAll(/<[^>]*>/g, '');
const NOT_SHOWN = /^Not protected against the database administrator\. Nothing shows that the database server runs as an operating-system user who cannot read/;
const ONE_LOGIN = /One database login does everything\. .* its three roles catch mistakes, not attackers\. .*DATABASE_OWNER_URL/;

test('what Integrity says of the database: nothing, what is not shown, that one login does everything, and both', () => {
  expect(said(true, false)).toBe('');
  expect(said(false, false)).toMatch(NOT_SHOWN);
  expect(said(false, false)).not.toMatch(/One database login/);
  expect(said(true, true)).toMatch(ONE_LOGIN);
  expect(said(true, true)).not.toMatch(/administrator/);
  expect(said(false, true)).toMatch(NOT_SHOWN);
  expect(said(false, true)).toMatch(ONE_LOGIN);
});
