/**
 * RFC 4180 for people who open it in a spreadsheet: a byte order mark, CRLF, quotes where they are due.
 *
 * A spreadsheet runs a cell that begins like a formula, and rewrites one that looks like a number or a date (ids become 1.2E+17, 007 becomes 7, 3-4 the third of April).
 * Such a text gets one apostrophe before it, and so does one that begins with an apostrophe: whoever takes one leading apostrophe away has the text again.
 */
export const CSV_START = '\ufeff';

/** One line with its CRLF. Numbers go in as they are; null is an empty cell. */
export const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(csvCell).join(',')}\r\n`;

const FORMULA = /^\s*[=+\-@\t\r\n|%＝＋－＠']/;
const NUMBER_OR_DATE = /^\s*[$€£(]?\d[\d\s.,:/%)-]*([eE][+-]?\d+)?\s*([aApP][mM]?)?\s*$/;
const MONTH = /^\s*\d{0,4}[\s./-]*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s./-]*\d{0,4}\s*$/i;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/; // four parts are neither a number nor a date anywhere
const LOGICAL = /^\s*(true|false)\s*$/i;

/** A cell as it stands in its line. csv-bytes.ts is the same for most text, and quicker. */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = isReinterpreted(value) ? `'${value}` : value;
  return /["',;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function isReinterpreted(text: string): boolean {
  const first = text.charCodeAt(0);
  // most cells begin with a letter, and of those only the names of months and the truth values are at risk
  if (first > 0x39 && first < 0x80 && first !== 0x3d && first !== 0x40 && first !== 0x7c) return text.length <= 12 && (MONTH.test(text) || LOGICAL.test(text));
  return FORMULA.test(text) || (NUMBER_OR_DATE.test(text) && !IPV4.test(text)) || MONTH.test(text);
}
