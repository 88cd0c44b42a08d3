/** SPEC §2, row uuid. Hashed form: 8-4-4-4-12 lower-case hex digits. */
import { sha256 } from './sha256';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The lower-case form, or null where the text is no UUID of 8-4-4-4-12 digits. */
export const normaliseUuid = (text: string): string | null => (text.length === 36 && UUID.test(text) ? text.toLowerCase() : null);

/** RFC 9562 UUIDv8: the first 16 bytes of SHA-256 over the text, version 8, variant 10. */
export function uuidV8(text: string): string {
  const bytes = sha256(text).subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
