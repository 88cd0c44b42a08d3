import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutUtf8, isLonger } from './utf8';

test('the longest beginning that fits, between two characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (raw, limit) => {
      const text = raw.toWellFormed();
      const cut = cutUtf8(text, limit);
      expect(isLonger(text, limit)).toBe(Buffer.byteLength(text) > limit);
      expect(text.startsWith(cut)).toBe(true);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
      const [next] = text.slice(cut.length);
      if (next !== undefined) expect(Buffer.byteLength(cut + next)).toBeGreaterThan(limit);
    }),
  );
});
