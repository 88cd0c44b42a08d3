import { expect, test } from 'vitest';
import { version } from '../package.json';
import { SOFTWARE } from './version';

test('the version that bundles name is the one of package.json', () => {
  expect(SOFTWARE).toBe(`Indelible ${version}`);
});
