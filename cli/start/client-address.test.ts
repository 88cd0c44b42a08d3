import { expect, test } from 'vitest';
import { clientAddress } from './client-address';

const request = (forwarded: string | undefined, remoteAddress = '127.0.0.1') => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: { remoteAddress },
});

test.each([
  [undefined, 0, '127.0.0.1'],
  ['198.51.100.1', 0, '127.0.0.1'], // a client that lies about itself
  ['203.0.113.9', 1, '203.0.113.9'],
  ['198.51.100.1, 203.0.113.9', 1, '203.0.113.9'],
  ['198.51.100.1, 203.0.113.9, 10.0.0.2', 2, '203.0.113.9'],
  ['203.0.113.9', 2, '203.0.113.9'], // fewer proxies than were told: the farthest that is known
  [undefined, 1, '127.0.0.1'],
  ['', 1, '127.0.0.1'],
  ['2001:db8::7', 1, '2001:db8::7'],
])('%j behind %i proxies is %s', (forwarded, proxies, address) => {
  expect(clientAddress(request(forwarded), proxies)).toBe(address);
});

test('an IPv4 client of a socket for both', () => {
  expect(clientAddress(request(undefined, '::ffff:192.0.2.7'), 0)).toBe('192.0.2.7');
});
