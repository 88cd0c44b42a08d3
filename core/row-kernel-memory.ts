/**
 * The memory of the row kernel (row-kernel-wasm.ts): where each thing lies in it, and the tables and texts that it is filled with.
 *
 *   tables · texts between the values · days · digests · link · starts and lengths of the columns · rows · header · payload
 */
import { COLUMN as C } from './copy-row';

const PAGE = 65_536;
/** Rows that it takes, more than any event has (SPEC §2: 256 KiB), and what `details` and `sealed` leave of them to be escaped. */
export const MOST_ROW_BYTES = 524_288;
export const MOST_TEXT_BYTES = 16_384;
// an escaped byte takes six; names, uuids, salts and times are well below the rest
const MOST_HEADER_BYTES = 6 * MOST_TEXT_BYTES + 8192;
const MOST_PAYLOAD_BYTES = MOST_ROW_BYTES + MOST_HEADER_BYTES;

export const SHORT_AT = 0; // for a byte the letter of its short escape
export const DECIMAL_AT = 256; // two digits for each number below 100
export const BASE64_AT = 512; // two characters for each twelve bits
export const TEXTS_AT = 8704; // what stands before a value, 32 bytes each
export const TEXT_BYTES = 32;
/** `YYYY-MM-DDT` of the day that each time lies in, written by the caller. */
export const RECORDED_DAY_AT = 9728;
export const OCCURRED_DAY_AT = 9744;
/** The digests of header and payload, written by the caller. */
export const DIGESTS_AT = 9760;
export const LINK_AT = 9856;
export const STARTS_AT = 10_240;
export const LENGTHS_AT = 10_368;
/** What ends a header, written by the caller. */
export const TAIL_AT = 10_496;
export const MOST_TAIL_BYTES = 4096;
/** Rows as they came, written by the caller: a chunk of the socket's, and what the one before ended with. */
export const ROWS_AT = 16_384;
export const MOST_ROWS_BYTES = 524_288;
export const HEADER_AT = ROWS_AT + MOST_ROWS_BYTES + 64;
export const PAYLOAD_AT = HEADER_AT + MOST_HEADER_BYTES;
export const PAGES = Math.ceil((PAYLOAD_AT + MOST_PAYLOAD_BYTES) / PAGE);

// What stands before a value, by its place; `{` begins each half.
export const HEADER = [
  ['{"action":"', C.action, 'text'],
  ['","actor_id":"', C.actor_id, 'text'],
  ['","actor_type":"', C.actor_type, 'text'],
  ['","id":"', C.id, 'uuid'],
  ['","occurred_at":"', C.occurred_at, 'time'],
  ['","outcome":"', C.outcome, 'text'],
  ['","recorded_at":"', C.recorded_at, 'time'],
  ['","resource_id":"', C.resource_id, 'text'],
  ['","resource_type":"', C.resource_type, 'text'],
  ['","salt":"', C.header_salt, 'salt'],
  ['","seq":', C.seq, 'integer'],
] as const;
export const PAYLOAD = [
  ['{"details":', C.details, 'json'],
  [',"ip_address":"', C.ip_address, 'text'],
  [',"redaction":"', C.redaction, 'text'],
  [',"request_id":"', C.request_id, 'text'],
  [',"salt":"', C.payload_salt, 'salt'],
  [',"sealed":', C.sealed, 'json'],
  [',"session_id":"', C.session_id, 'text'],
  [',"source":"', C.source, 'text'],
  [',"source_epoch":"', C.source_epoch, 'uuid'],
  [',"source_seq":', C.source_seq, 'integer'],
  [',"user_agent":"', C.user_agent, 'text'],
] as const;
export const LINK = 'audit-chain/v1\n';
export const TEXTS = [...HEADER, ...PAYLOAD].map(([text]) => text as string).concat(LINK);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The tables and texts that the module reads. */
export function fill(memory: Buffer): void {
  for (const [byte, letter] of ['""', '\\\\', '\bb', '\ff', '\nn', '\rr', '\tt'].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const))
    memory[SHORT_AT + byte] = letter;
  for (let value = 0; value < 100; value++) memory.write(String(value).padStart(2, '0'), DECIMAL_AT + 2 * value, 'latin1');
  for (let value = 0; value < 4096; value++) memory.write(ALPHABET.charAt(value >> 6) + ALPHABET.charAt(value & 63), BASE64_AT + 2 * value, 'latin1');
  for (const [i, text] of TEXTS.entries()) memory.write(text, TEXTS_AT + TEXT_BYTES * i, 'latin1');
}
