import { expect, test } from 'vitest';
import { isElsewhere } from './server-place';

const own = ['127.0.0.1', '192.0.2.10', '::1', 'fe80::1c', 'fd00::10'];
const place = (remote: string | null, said: string | null = remote, local: string | null = '192.0.2.10') => isElsewhere({ remote, local, said }, own);

test('another machine is shown by a connection to an address that is none of ours, which the server says too', () => {
  expect(place('192.0.2.11')).toBe(true);
  expect(place('fd00::11', 'fd00::11', 'fd00::10')).toBe(true);
  expect(place('FD00:0::11', 'fd00::11', 'fd00::10')).toBe(true);
  expect(place('::ffff:192.0.2.11', '192.0.2.11', '::ffff:192.0.2.10')).toBe(true);
});

test.each([
  ['our own name or address', '192.0.2.10', '192.0.2.10', '192.0.2.10'],
  ['the same, mapped', '::ffff:192.0.2.10', '192.0.2.10', '::ffff:192.0.2.10'],
  ['an address of ours that no interface lists', '203.0.113.7', '203.0.113.7', '203.0.113.7'],
  ['loopback', '127.0.0.1', '127.0.0.1', '127.0.0.1'],
  ['loopback of any number', '127.4.0.1', '127.4.0.1', '127.0.0.1'],
  ['loopback, mapped', '::ffff:127.0.0.1', '127.0.0.1', '::ffff:127.0.0.1'],
  ['loopback, mapped, in hex', '::ffff:7f00:1', '127.0.0.1', '::ffff:7f00:1'],
  ['0.0.0.0', '0.0.0.0', '0.0.0.0', '127.0.0.1'],
  ['an own address with a zone', 'fe80::1c%eth0', 'fe80::1c', 'fe80::1d'],
  ['a pooler or translated address', '192.0.2.11', '172.17.0.2', '192.0.2.10'],
  ['a tunnel that leads back to us', '192.0.2.11', '127.0.0.1', '192.0.2.10'],
  ['a pooler on a socket, of which the server says nothing', '192.0.2.11', null, '192.0.2.10'],
  ['a socket', null, null, null],
  ['what is no address', 'db.example.com', 'db.example.com', '192.0.2.10'],
])('nothing is shown of %s', (_, remote, said, local) => expect(isElsewhere({ remote, local, said }, own)).toBe(false));
