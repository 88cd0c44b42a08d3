/**
 * SPEC §2, row number. A literal is taken when it is finite, its magnitude is at most 2^53-1 however it is written, and its decimal value is exactly what its
 * double prints in RFC 8785 form: then nothing is lost between the source's text and the hashed text.
 */

const MAX = Number.MAX_SAFE_INTEGER;

/** The double of a JSON number literal (RFC 8259 §6, already known to be well formed); null where the profile refuses it ("send it as a string"). */
export function exactNumber(literal: string): number | null {
  const value = Number(literal);
  if (!(value >= -MAX && value <= MAX)) return null;
  const printed = String(value);
  if (printed === literal || sameDecimal(printed, literal)) return value === 0 ? 0 : value; // -0 is 0
  return null;
}

/** Whether a double may stand in a hashed text: its own shortest form is its value, so only the magnitude is left to judge. */
export const isPlainNumber = (value: number): boolean => value >= -MAX && value <= MAX;

function sameDecimal(a: string, b: string): boolean {
  const left = decimal(a);
  const right = decimal(b);
  return left.digits === right.digits && (left.digits === '' || (left.exponent === right.exponent && left.negative === right.negative));
}

/** value = ± digits × 10^exponent, digits without zeros at either end; '' is zero. The exponent is exact: it is at most a literal's length beyond a double's range. */
function decimal(literal: string): { negative: boolean; digits: string; exponent: number } {
  const negative = literal.charCodeAt(0) === 45;
  const e = literal.search(/[eE]/);
  const mantissa = literal.slice(negative ? 1 : 0, e < 0 ? undefined : e);
  const point = mantissa.indexOf('.');
  const all = point < 0 ? mantissa : mantissa.slice(0, point) + mantissa.slice(point + 1);
  let from = 0;
  let to = all.length;
  while (from < to && all.charCodeAt(from) === 48) from++;
  while (to > from && all.charCodeAt(to - 1) === 48) to--;
  const written = e < 0 ? 0 : Number(literal.slice(e + 1));
  const fraction = point < 0 ? 0 : mantissa.length - point - 1;
  return { negative, digits: all.slice(from, to), exponent: written - fraction + (all.length - to) };
}
