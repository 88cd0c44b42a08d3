import { isUtf8 } from 'node:buffer';

/**
 * The text of a record, or why it is none. A NUL or a byte that is no UTF-8 is never mended: the stored text would not be what the source wrote.
 * @returns text, or the reason of a reject, with the offset in the record
 */
export function textOf(bytes: Buffer): { ok: true; text: string } | { ok: false; reason: string } {
  const nul = bytes.indexOf(0);
  if (nul !== -1) return { ok: false, reason: `NUL byte at offset ${nul} of the record` };
  if (!isUtf8(bytes)) return { ok: false, reason: `invalid UTF-8 at offset ${firstInvalid(bytes)} of the record` };
  return { ok: true, text: bytes.toString('utf8') };
}

/** Only on the way to a reject, so a search by halves is fast enough: a prefix that ends inside a character is invalid as well, hence the look back. */
function firstInvalid(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(bytes.subarray(0, middle)) || isCutCharacter(bytes, middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Is the prefix good but for a character that its end cuts in two? */
function isCutCharacter(bytes: Buffer, end: number): boolean {
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back && isUtf8(bytes.subarray(0, end - back)) && isUtf8(bytes.subarray(end - back, end - back + length));
  }
  return false;
}
