import { COPY_SIGNATURE } from '@/core/copy-row';

const EXTENSION_AT = COPY_SIGNATURE.length + 4; // behind the flags
const HEADER_BYTES = EXTENSION_AT + 4;
const END = -1;

/**
 * The rows of a binary COPY that came whole, each as its fields' bytes in place, null for NULL. For what is mostly bytes: PostgreSQL sends a bytea of an ordinary answer as hex.
 * @throws Error for what is no such stream, or is cut
 */
export function copyFields(bytes: Buffer): (Buffer | null)[][] {
  const rows: (Buffer | null)[][] = [];
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, COPY_SIGNATURE.length).equals(COPY_SIGNATURE)) throw new Error('no binary COPY stream');
  let at = HEADER_BYTES + bytes.readUInt32BE(EXTENSION_AT);
  for (;;) {
    const count = bytes.readInt16BE(at);
    at += 2;
    if (count === END) return rows;
    const fields: (Buffer | null)[] = [];
    for (let i = 0; i < count; i++) {
      const length = bytes.readInt32BE(at);
      at += 4;
      if (at + Math.max(0, length) > bytes.length) throw new Error('the COPY stream ended in the middle');
      fields.push(length < 0 ? null : bytes.subarray(at, at + length));
      at += Math.max(0, length);
    }
    rows.push(fields);
  }
}
