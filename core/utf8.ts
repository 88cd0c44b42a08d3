/** Limits in SPEC §2 count bytes of UTF-8. */

/** Whether a text takes more than `limit` bytes. A UTF-16 unit is at most three of them, so most texts need no count. */
export const isLonger = (text: string, limit: number): boolean => text.length * 3 > limit && (text.length > limit || Buffer.byteLength(text) > limit);

/** The longest beginning of a well-formed text that fits into `limit` bytes and ends between two characters. */
export function cutUtf8(text: string, limit: number): string {
  if (!isLonger(text, limit)) return text;
  const bytes = Buffer.from(text);
  let end = limit;
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--; // 10xxxxxx goes on with a character
  return bytes.toString('utf8', 0, end);
}
