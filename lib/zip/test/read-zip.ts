// An independent reader for tests: walks the file from its first byte to its last and refuses whatever the bundle's rules do not allow. Shares no code with the writer.
import zlib from 'node:zlib';

export type ReadEntry = { name: string; bytes: Buffer; method: number };

/** @throws where a byte is owned by no entry, a local header differs from its central one, a time is not 1980-01-01, a name is no ASCII, twice there or a folder's */
export function readZip(zip: Buffer): ReadEntry[] {
  const locals: { at: number; fields: Buffer; name: string; bytes: Buffer; method: number }[] = [];
  let at = 0;
  while (zip.readUInt32LE(at) === 0x04034b50) {
    const fields = zip.subarray(at + 4, at + 26); // version … sizes
    const method = fields.readUInt16LE(4);
    if (fields.readUInt16LE(2) !== 0) throw new Error('flags: no descriptor, no encryption, no UTF-8');
    if (fields.readUInt16LE(6) !== 0 || fields.readUInt16LE(8) !== ((0 << 9) | (1 << 5) | 1)) throw new Error('not 1980-01-01 00:00');
    const [crc, packedSize, size] = [fields.readUInt32LE(10), fields.readUInt32LE(14), fields.readUInt32LE(18)];
    const [nameLength, extraLength] = [zip.readUInt16LE(at + 26), zip.readUInt16LE(at + 28)];
    if (extraLength !== 0) throw new Error('an extra field');
    const name = zip.toString('latin1', at + 30, at + 30 + nameLength);
    if (!/^[\x21-\x7e]+$/.test(name) || name.endsWith('/') || name.includes('..') || name.startsWith('/')) throw new Error(`name ${name}`);
    const packed = zip.subarray(at + 30 + nameLength, at + 30 + nameLength + packedSize);
    if (packed.length !== packedSize) throw new Error('cut');
    const bytes = method === 8 ? inflateWhole(packed) : packed;
    if (method !== 8 && method !== 0) throw new Error(`method ${method}`);
    if (bytes.length !== size || zlib.crc32(bytes) !== crc) throw new Error(`size or checksum of ${name}`);
    locals.push({ at, fields, name, bytes, method });
    at += 30 + nameLength + packedSize;
  }
  const start = at;
  for (const local of locals) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error('fewer central headers than entries');
    if (!zip.subarray(at + 6, at + 28).equals(local.fields)) throw new Error(`the headers of ${local.name} differ`);
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('latin1', at + 46, at + 46 + nameLength) !== local.name) throw new Error('names differ');
    if (zip.readUInt16LE(at + 30) !== 0 || zip.readUInt16LE(at + 32) !== 0) throw new Error('extra field or comment');
    if (zip.readUInt16LE(at + 4) !== ((3 << 8) | 45) || zip.readUInt32LE(at + 34) !== 0 || zip.readUInt32LE(at + 38) !== 0o100644 * 65_536)
      throw new Error('no ordinary file');
    if (zip.readUInt32LE(at + 42) !== local.at) throw new Error('offset');
    at += 46 + nameLength;
  }
  const end = zip.subarray(at);
  const counts = [end.readUInt16LE(8), end.readUInt16LE(10)];
  if (
    end.readUInt32LE(0) !== 0x06054b50 ||
    end.length !== 22 ||
    end.readUInt16LE(20) !== 0 ||
    end.readUInt32LE(4) !== 0 ||
    counts.some((n) => n !== locals.length)
  )
    throw new Error('the end');
  if (end.readUInt32LE(12) !== at - start || end.readUInt32LE(16) !== start) throw new Error('where the directory is');
  if (new Set(locals.map(({ name }) => name.toLowerCase())).size !== locals.length) throw new Error('a name twice');
  return locals.map(({ name, bytes, method }) => ({ name, bytes, method }));
}

/** One deflate stream that ends with the last byte. */
function inflateWhole(packed: Buffer): Buffer {
  const { buffer, engine } = zlib.inflateRawSync(packed, { info: true }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
  if (engine.bytesWritten !== packed.length) throw new Error('bytes after the end of a deflate stream');
  return buffer;
}
