import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normaliseTime } from './time';

const pad = (n: number, width = 2) => String(n).padStart(width, '0');
const offset = fc
  .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([sign, hour, minute]) => `${sign}${pad(hour)}:${pad(minute)}`);
const zone = fc.oneof(fc.constantFrom('Z', 'z'), offset);

test('agrees with Date where a Date can follow, and keeps the digits it cannot', () => {
  const time = fc.tuple(
    fc.date({ min: new Date('1968-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
    fc.stringMatching(/^\d{0,9}$/),
    zone,
    fc.constantFrom('T', 't'),
  );
  fc.assert(
    fc.property(time, ([date, fraction, zone, t]) => {
      const wall = date.toISOString().slice(0, 19);
      const utc = new Date(`${wall}${zone.toUpperCase()}`);
      const expected = utc.getUTCFullYear() < 1970 ? null : `${utc.toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
      expect(normaliseTime(`${wall.replace('T', t)}${fraction === '' ? '' : `.${fraction}`}${zone}`)).toBe(expected);
    }),
    { numRuns: 5000 },
  );
});

test('a text is in hashed form if and only if it comes back unchanged', () => {
  const digits = (max: number) => fc.integer({ min: 0, max }).map((n) => pad(n));
  const near = fc
    .tuple(
      fc.integer({ min: 1960, max: 2030 }),
      digits(13),
      digits(32),
      digits(25),
      digits(61),
      digits(61),
      fc.constantFrom('.000000', '.123456', '.5', ''),
      zone,
    )
    .map(([y, mo, d, h, mi, s, f, z]) => `${y}-${mo}-${d}T${h}:${mi}:${s}${f}${z}`);
  fc.assert(
    fc.property(near, (text) => {
      const normal = normaliseTime(text);
      // a Date prints a day that does not exist as the one after it, and takes 24:00
      const ms = Date.parse(text);
      const isForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text) && ms >= 0 && new Date(ms).toISOString().slice(0, 23) === text.slice(0, 23);
      expect(normal === text, text).toBe(isForm);
      if (normal !== null) expect(normaliseTime(normal)).toBe(normal);
    }),
    { numRuns: 20_000 },
  );
});
