/**
 * `details` and `sealed` stand in the payload's text as they are stored, unparsed. For the map from row to bytes to be one-to-one (SPEC §2) such a text must end
 * where its object ends: `{},"ip_address":"192.0.2.7"` in `details` would otherwise hash as an event that has an address. PostgreSQL's `json` columns hold no such
 * text, but a column's type can be changed by whoever we look for.
 *
 * Bare (`sealed` NULL, the salt there) means that everything after `details` is one string or number after another. Then its first and last byte decide: text that
 * reaches into the members after it would end in a quote or a digit, and text that stops short leaves braces that nothing closes. Otherwise the braces are counted.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Whether the text is delimited by its own braces; whether they hold canonical JSON is for the checks to say. */
export function isWholeObject(text: string, isBare: boolean): boolean {
  if (text.charCodeAt(0) !== OPEN || text.charCodeAt(text.length - 1) !== CLOSE) return false;
  if (isBare) return true;
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (isInString) {
      if (c === BACKSLASH) i++;
      else if (c === QUOTE) isInString = false;
    } else if (c === QUOTE) isInString = true;
    else if (c === OPEN) depth++;
    else if (c === CLOSE && --depth === 0) return i === text.length - 1;
  }
  return false;
}

/** The same over UTF-8 at [start,end) of a buffer. */
export function isWholeObjectAt(bytes: Uint8Array, start: number, end: number, isBare: boolean): boolean {
  if (end <= start || bytes[start] !== OPEN || bytes[end - 1] !== CLOSE) return false;
  if (isBare) return true;
  let depth = 0;
  let isInString = false;
  for (let i = start; i < end; i++) {
    const c = bytes[i];
    if (isInString) {
      if (c === BACKSLASH) i++;
      else if (c === QUOTE) isInString = false;
    } else if (c === QUOTE) isInString = true;
    else if (c === OPEN) depth++;
    else if (c === CLOSE && --depth === 0) return i === end - 1;
  }
  return false;
}
