import fs from 'node:fs';
import fsp from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import zlib from 'node:zlib';

const LOCAL = 0x04034b50;
const HEAD_BYTES = 30;
const ZIP64 = 0xffffffff;

/**
 * The content of one entry of a zip that write-zip.ts made, in chunks: its local headers say all sizes, so that they are walked from the first byte on. Null where there is no
 * file, no such entry, or it is larger than 4 GB. The checksum is not compared: for contents that prove themselves.
 */
export async function openZipEntry(file: string, isWanted: (name: string) => boolean): Promise<Readable | null> {
  const place = await findEntry(file, isWanted);
  if (place === null) return null;
  if (place.packedSize === 0) return Readable.from([]);
  const packed = fs.createReadStream(file, { start: place.at, end: place.at + place.packedSize - 1 });
  if (place.method === 0) return packed;
  return pipeline(packed, zlib.createInflateRaw(), () => {}); // whoever reads the last of them learns of a fault
}

async function findEntry(file: string, isWanted: (name: string) => boolean): Promise<{ at: number; packedSize: number; method: number } | null> {
  const handle = await fsp.open(file, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw cause;
  });
  if (handle === null) return null;
  try {
    for (let at = 0; ; ) {
      const head = Buffer.alloc(HEAD_BYTES);
      if ((await handle.read(head, 0, HEAD_BYTES, at)).bytesRead < HEAD_BYTES || head.readUInt32LE(0) !== LOCAL) return null;
      const packedSize = head.readUInt32LE(18);
      if (packedSize === ZIP64) return null;
      const [nameLength, extraLength] = [head.readUInt16LE(26), head.readUInt16LE(28)];
      const name = Buffer.alloc(nameLength);
      await handle.read(name, 0, nameLength, at + HEAD_BYTES);
      at += HEAD_BYTES + nameLength + extraLength;
      if (isWanted(name.toString('latin1'))) return { at, packedSize, method: head.readUInt16LE(8) };
      at += packedSize;
    }
  } finally {
    await handle.close();
  }
}
