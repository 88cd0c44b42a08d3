import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '@/lib/errors';
import type { ImportFormat } from './schema';

/** `name` is what the person called it, and what reports say; `path` is where it lies. */
export type SourceFile = { path: string; name: string; sizeBytes: number };

/** In a folder only what looks like a log of the format is taken; a file that is named itself always is. */
const IN_FOLDERS: Record<ImportFormat, RegExp> = {
  cloudtrail: /\.(json|jsonl|ndjson)(\.gz)?$/i,
  jsonl: /\.(json|jsonl|ndjson)(\.gz)?$/i,
  authlog: /^(auth|secure|syslog)|\.log(\.|$)/i,
};

/**
 * Files and folders → files, those of a folder by name, with what lies in its folders.
 * @returns `passedOver`: names in the folders that do not look like logs of this format
 * @throws AppError FILE_MISSING, FILE_UNREADABLE
 */
export function findFiles(given: readonly { path: string; name: string }[], format: ImportFormat): { files: SourceFile[]; passedOver: string[] } {
  const files: SourceFile[] = [];
  const passedOver: string[] = [];
  const walk = (place: { path: string; name: string }) => {
    for (const entry of fs.readdirSync(place.path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = { path: path.join(place.path, entry.name), name: path.join(place.name, entry.name) };
      if (entry.isDirectory()) walk(inner);
      else if (!IN_FOLDERS[format].test(entry.name) || !fs.statSync(inner.path).isFile()) passedOver.push(inner.name);
      else files.push({ ...inner, sizeBytes: fs.statSync(inner.path).size });
    }
  };
  for (const place of given) {
    try {
      const stat = fs.statSync(place.path);
      if (stat.isDirectory()) walk(place);
      else files.push({ ...place, sizeBytes: stat.size });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') throw new AppError('FILE_MISSING', { hint: `there is no file or folder ${place.name}` });
      throw new AppError('FILE_UNREADABLE', { hint: `${place.name} cannot be read (${code})`, cause });
    }
  }
  return { files, passedOver };
}

/** A stream of a file's bytes that was cut by something wrong in it: what came before is good. */
export class BrokenFile extends Error {
  override readonly name = 'BrokenFile';
}

export type FileReading = {
  /** Bytes of the file itself so far, before unpacking. */
  bytesRead: () => number;
  /** SHA-256 of the file as it lies there, in hex; for when the chunks have ended, well or not. */
  sha256: () => Promise<string>;
  /** Unpacked where it is gzip, whatever its name says. @throws BrokenFile, AppError FILE_UNREADABLE */
  chunks: AsyncGenerator<Buffer>;
};

const CHUNK_BYTES = 256 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);

/** Reads a file once from begin to end, in constant memory. */
export function readFile(file: SourceFile): FileReading & { drained: () => Promise<string> } {
  const hash = createHash('sha256');
  const progress = { bytes: 0, isWhole: false };
  return {
    bytesRead: () => progress.bytes,
    // a file that broke off was not read to its end
    sha256: async () => (progress.isWhole ? hash.digest('hex') : readFile(file).drained()),
    drained: async () => {
      for await (const _ of rawChunks(file, hash, progress));
      return hash.digest('hex');
    },
    chunks: unpacked(rawChunks(file, hash, progress)),
  };
}

async function* rawChunks(file: SourceFile, hash: Hash, progress: { bytes: number; isWhole: boolean }): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of fs.createReadStream(file.path, { highWaterMark: CHUNK_BYTES })) {
      hash.update(chunk);
      progress.bytes += chunk.length;
      yield chunk;
    }
    progress.isWhole = true;
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', { hint: `${file.name} cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause });
  }
}

async function* unpacked(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first = await raw.next();
  if (first.done) return;
  if (!first.value.subarray(0, 2).equals(GZIP)) {
    if (isUtf16(first.value)) throw new BrokenFile('the file is UTF-16: save it as UTF-8');
    yield first.value;
    return yield* raw;
  }
  yield* gunzipped(whole(first.value, raw));
}

async function* whole(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

const isUtf16 = (bytes: Buffer) => (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);

/**
 * Not `for await` over the gunzip stream: when it breaks, a stream throws away what it has unpacked and nobody has taken yet, and those records are good.
 * So chunks are queued as they come, a few at a time, and the fault stands behind them.
 */
async function* gunzipped(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const queue: Buffer[] = [];
  let fault: Error | null = null;
  let isOver = false;
  let wake = () => {};
  gunzip.on('data', (chunk: Buffer) => {
    queue.push(chunk);
    if (queue.length >= 4) gunzip.pause();
    wake();
  });
  gunzip.on('error', (error) => {
    fault ??= error;
    wake();
  });
  gunzip.on('end', () => {
    isOver = true;
    wake();
  });
  const source = Readable.from(raw);
  source.on('error', (error) => {
    fault ??= error;
    gunzip.destroy();
    wake();
  });
  source.pipe(gunzip);
  try {
    for (;;) {
      const chunk = queue.shift();
      if (chunk) {
        if (queue.length === 0) gunzip.resume();
        yield chunk;
      } else if (fault) {
        throw (fault as Error) instanceof AppError ? fault : new BrokenFile(`broken gzip: ${(fault as Error).message}`);
      } else if (isOver) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
