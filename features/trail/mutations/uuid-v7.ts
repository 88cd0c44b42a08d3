import { randomBytes } from 'node:crypto';

/** RFC 9562 §5.7: 48 bits of Unix milliseconds, then random ones. New ids lie beside each other in the index of event_key. */
export function uuidV7(nowMs: number, random: Buffer = randomBytes(10)): string {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  random.copy(bytes, 6, 0, 10);
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
