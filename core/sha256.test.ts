import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmacSha256, sha256, sha256Hex } from './sha256';

test('FIPS 180-4 and RFC 4231 vectors', () => {
  expect(sha256('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256Hex()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(hmacSha256(Buffer.from('Jefe'), 'what do ya want for nothing?').toString('hex')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

test('parts are hashed one after the other, one flipped bit changes the hash', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), { maxLength: 4 }), fc.uint8Array({ minLength: 1 }), (parts, bytes) => {
      const whole = Buffer.concat([...parts, bytes].map((part) => Buffer.from(part as string)));
      expect(sha256(...parts, bytes)).toEqual(sha256(whole));
      const other = Uint8Array.from(whole);
      other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
      expect(sha256Hex(other)).not.toBe(sha256Hex(whole));
    }),
  );
});

test('the HMAC of any key and message is the one of node:crypto', () => {
  const message = fc.oneof(fc.string({ unit: 'binary', maxLength: 3000 }), fc.uint8Array({ maxLength: 9000 }), fc.constant('\ud800'));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 130 }), message, (key, bytes) => {
      expect(hmacSha256(key, bytes)).toEqual(createHmac('sha256', key).update(bytes).digest());
    }),
  );
});
