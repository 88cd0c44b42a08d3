import { COPY_COLUMNS, type CopyColumn } from '../copy-row';

/** A column as its binary bytes; null is NULL. */
export type BinaryRow = { [Column in CopyColumn]: Buffer | null };

export function int64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

/** Microseconds since 2000 of a 27-character text. */
export const micros = (text: string): bigint => (BigInt(Date.parse(`${text.slice(0, 19)}Z`)) - 946_684_800_000n) * 1000n + BigInt(text.slice(20, 26));

export const uuid = (text: string) => Buffer.from(text.replaceAll('-', ''), 'hex');

export function fieldBytes(field: Buffer | null): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(field === null ? -1 : field.length);
  return field === null ? length : Buffer.concat([length, field]);
}

const rowBytes = (row: BinaryRow) => Buffer.concat([int16(COPY_COLUMNS.length), ...COPY_COLUMNS.map((name) => fieldBytes(row[name]))]);

export const COPY_START = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
export const COPY_END = int16(-1);

/** What PostgreSQL would send for these rows. */
export const copyStream = (rows: BinaryRow[]): Buffer => Buffer.concat([COPY_START, ...rows.map(rowBytes), COPY_END]);
