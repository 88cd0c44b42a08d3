import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import zlib from 'node:zlib';
import type { Part } from './part';

/** Its bytes, which are stored as they are, or a part that was packed before. */
export type ZipEntry = { name: string; content: Buffer | Part };

const DEFLATED = 8;
const STORED = 0;
const DATE = 0x0021; // 1980-01-01
const MODE = 0o100644;
const LIMIT = 0xffffffff;
const READ_BYTES = 1024 * 1024;

/**
 * A zip whose every byte is owned by an entry (APPNOTE 6.3): all sizes and checksums are known before the first byte, so the local headers say what the central
 * directory says, without descriptors; times are 1980-01-01, names ASCII, no folder entries. Beyond 4 GB with the zip64 fields.
 *
 *   { local header, name, [zip64 sizes], content }…  { central header, name, [zip64] }…  [zip64 end, its locator]  end
 *
 * Why not a library: those that stream put a descriptor after each content and nothing in the local header.
 * @returns the size and SHA-256 of the file, which is on disk by then
 */
export async function writeZip(
  name: string,
  entries: readonly ZipEntry[],
  { signal, onBytes }: { signal?: AbortSignal; onBytes?: (written: number) => void } = {},
): Promise<{ sizeBytes: number; sha256: string }> {
  const file = await fs.open(name, 'wx', 0o600);
  const hash = crypto.createHash('sha256');
  let at = 0;
  const write = async (bytes: Uint8Array) => {
    signal?.throwIfAborted();
    hash.update(bytes);
    for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten;
    at += bytes.length;
    onBytes?.(at);
  };
  try {
    const placed: Placed[] = [];
    for (const entry of entries) {
      const head = { ...headOf(entry), offset: at };
      placed.push(head);
      await write(localHeader(head));
      if (Buffer.isBuffer(entry.content)) await write(entry.content);
      else await copyPart(entry.content, write);
    }
    const start = at;
    for (const head of placed) await write(centralHeader(head));
    await write(endOf(placed.length, start, at - start));
    await file.sync();
  } finally {
    await file.close();
  }
  return { sizeBytes: at, sha256: hash.digest('hex') };
}

type Head = { name: Buffer; method: number; crc32: number; packedSize: number; size: number };
type Placed = Head & { offset: number };

function headOf({ name, content }: ZipEntry): Head {
  if (!/^[\x21-\x7e]+$/.test(name) || name.endsWith('/')) throw new TypeError(`no name for an entry: ${name}`);
  const bytes = Buffer.from(name, 'latin1');
  if (!Buffer.isBuffer(content)) return { name: bytes, method: DEFLATED, crc32: content.crc32, packedSize: content.packedSize, size: content.size };
  return { name: bytes, method: STORED, crc32: zlib.crc32(content), packedSize: content.length, size: content.length };
}

async function copyPart(part: Part, write: (bytes: Uint8Array) => Promise<void>) {
  const file = await fs.open(part.file, 'r');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let left = part.packedSize;
  try {
    while (left > 0) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(left, buffer.length));
      if (bytesRead === 0) throw new Error(`${part.file} has become shorter`);
      await write(buffer.subarray(0, bytesRead));
      left -= bytesRead;
    }
  } finally {
    await file.close();
  }
}

const isLarge = (head: Head) => head.size >= LIMIT || head.packedSize >= LIMIT;

function localHeader(head: Head): Buffer {
  const extra = isLarge(head) ? zip64Extra([head.size, head.packedSize]) : Buffer.alloc(0);
  return Buffer.concat([u32(0x04034b50), common(head, extra.length), head.name, extra]);
}

function centralHeader(head: Placed): Buffer {
  const isFar = head.offset >= LIMIT;
  const extra =
    isLarge(head) || isFar ? zip64Extra([...(isLarge(head) ? [head.size, head.packedSize] : []), ...(isFar ? [head.offset] : [])]) : Buffer.alloc(0);
  const made = u16((3 << 8) | 45); // Unix
  const tail = Buffer.concat([u16(0), u16(0), u16(0), u32((MODE << 16) >>> 0), u32(isFar ? LIMIT : head.offset)]);
  return Buffer.concat([u32(0x02014b50), made, common(head, extra.length), tail, head.name, extra]);
}

/** What both headers of an entry hold, from the version needed to the length of the extra field. */
function common(head: Head, extraLength: number): Buffer {
  const [packed, size] = isLarge(head) ? [LIMIT, LIMIT] : [head.packedSize, head.size];
  const fields = [u16(isLarge(head) ? 45 : 20), u16(0), u16(head.method), u16(0), u16(DATE), u32(head.crc32), u32(packed), u32(size)];
  return Buffer.concat([...fields, u16(head.name.length), u16(extraLength)]);
}

const zip64Extra = (values: number[]) => Buffer.concat([u16(1), u16(values.length * 8), ...values.map(u64)]);

function endOf(count: number, start: number, length: number): Buffer {
  const isLong = start >= LIMIT || length >= LIMIT || count >= 0xffff;
  const end = [u32(0x06054b50), u16(0), u16(0), ...[count, count].map((n) => u16(isLong ? 0xffff : n))];
  const short = Buffer.concat([...end, u32(isLong ? LIMIT : length), u32(isLong ? LIMIT : start), u16(0)]);
  if (!isLong) return short;
  const long = [u32(0x06064b50), u64(44), u16((3 << 8) | 45), u16(45), u32(0), u32(0), u64(count), u64(count), u64(length), u64(start)];
  const locator = [u32(0x07064b50), u32(0), u64(start + length), u32(1)];
  return Buffer.concat([...long, ...locator, short]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
