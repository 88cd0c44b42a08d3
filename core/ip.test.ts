import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normaliseIp } from './ip';

// few digits and many zeros, so that runs of zero groups, mapped addresses and mistakes are frequent
const group = fc.oneof({ weight: 3, arbitrary: fc.constant('0') }, fc.constantFrom('1', 'ffff', '0db8', 'A', '00000', 'g', ''));
const quad = fc.oneof(fc.ipV4(), fc.constantFrom('192.0.2.7', '01.2.3.4', '1.2.3', '256.1.1.1'));
const tail = fc.oneof(
  fc.constant(''),
  fc.constant('::'),
  quad.map((text) => `:${text}`),
  fc.constantFrom('%eth0', '/64', ' '),
);
const near = fc
  .tuple(fc.array(fc.tuple(group, fc.constantFrom(':', ':', ':', '::')), { maxLength: 9 }), tail)
  .map(([parts, end]) => parts.flat().slice(0, -1).join('') + end);
const address = fc.oneof(
  near,
  fc.ipV6(),
  quad,
  fc.ipV4().map((text) => `::ffff:${text}`),
);

test('agrees with the platform about what is an address and how IPv6 is written', () => {
  fc.assert(
    fc.property(address, (text) => {
      const normal = normaliseIp(text);
      if (isIPv4(text)) expect(normal).toBe(text);
      else if (!isIPv6(text) || text.includes('%')) expect(normal, text).toBeNull();
      else {
        const url = new URL(`http://[${text}]/`).hostname.slice(1, -1); // WHATWG prints RFC 5952 without mixed notation
        const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(url);
        const bytes = mapped?.slice(1).flatMap((hex) => [Number.parseInt(hex, 16) >> 8, Number.parseInt(hex, 16) & 255]);
        expect(normal, text).toBe(bytes?.join('.') ?? url);
      }
    }),
    { numRuns: 20_000 },
  );
});

test('the one form of an address comes back unchanged', () => {
  fc.assert(
    fc.property(address, (text) => {
      const normal = normaliseIp(text);
      if (normal !== null) expect(normaliseIp(normal)).toBe(normal);
    }),
    { numRuns: 20_000 },
  );
});
