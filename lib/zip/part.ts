import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

/** One file of a zip that is packed already: where its packed bytes lie, and all that its headers need. */
export type Part = { file: string; size: number; packedSize: number; crc32: number; sha256: string };

const BLOCK_BYTES = 512 * 1024;
const CHUNK_BYTES = 256 * 1024; // of packed bytes: after each, a thread waits for the event loop
const WINDOW_BYTES = 32 * 1024;
const MOST_AT_WORK = 4; // as many threads as Node's pool has
const LAST_BLOCK = Buffer.from([0x03, 0x00]); // RFC 1951: final, fixed codes, nothing in it

const deflateRaw = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.deflateRaw);

/**
 * Packs a stream of bytes into a file beside, several blocks at once on Node's threads, and hashes them on the way. Blocks are joined as pigz does it: each begins with
 * the window of the one before and ends at a byte, so that the whole is one deflate stream. Memory stays at a few blocks if `drain` is awaited now and then.
 */
export class PartWriter {
  private block = Buffer.allocUnsafe(BLOCK_BYTES);
  private used = 0;
  private readonly free: Buffer<ArrayBuffer>[] = [];
  private readonly window = Buffer.allocUnsafe(WINDOW_BYTES);
  private windowBytes = 0;
  private size = 0;
  private packedSize = 0;
  private crc = 0;
  private readonly hash = crypto.createHash('sha256');
  private readonly atWork: Promise<Buffer>[] = [];

  private constructor(
    private readonly name: string,
    private readonly file: fs.FileHandle,
    private readonly level: number,
  ) {}

  /** @param name a file that must not exist yet */
  static async open(name: string, level = 6): Promise<PartWriter> {
    return new PartWriter(name, await fs.open(name, 'wx', 0o600), level);
  }

  /** Unpacked bytes that were written so far. */
  get sizeBytes(): number {
    return this.size + this.used;
  }

  /** Copies the bytes: the caller may use its buffer again at once. */
  write(bytes: Uint8Array | string): void {
    if (typeof bytes === 'string' && bytes.length * 3 < BLOCK_BYTES - this.used) {
      this.used += this.block.write(bytes, this.used);
      return;
    }
    const rest = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    for (let at = 0; at < rest.length; ) {
      const taken = Math.min(rest.length - at, BLOCK_BYTES - this.used);
      this.block.set(taken === rest.length ? rest : rest.subarray(at, at + taken), this.used);
      this.used += taken;
      at += taken;
      if (this.used === BLOCK_BYTES) this.pack();
    }
  }

  /** Waits until the packing has caught up. */
  async drain(most = MOST_AT_WORK): Promise<void> {
    while (this.atWork.length > most) {
      const packed = await (this.atWork.shift() as Promise<Buffer>);
      await this.put(packed);
    }
  }

  async end(): Promise<Part> {
    if (this.used > 0) this.pack();
    await this.drain(0);
    await this.put(LAST_BLOCK);
    await this.file.close();
    return { file: this.name, size: this.size, packedSize: this.packedSize, crc32: this.crc, sha256: this.hash.digest('hex') };
  }

  /** Closes the file after a fault; what was written of it stays, for the caller to remove. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.atWork);
    await this.file.close().catch(() => {});
  }

  private pack() {
    const bytes = this.block.subarray(0, this.used);
    this.size += bytes.length;
    this.hash.update(bytes);
    this.crc = zlib.crc32(bytes, this.crc);
    const dictionary = this.window.subarray(0, this.windowBytes); // copied by zlib before it returns
    const { block } = this;
    const packed = deflateRaw(bytes, {
      level: this.level,
      chunkSize: CHUNK_BYTES,
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
      ...(dictionary.length > 0 && { dictionary }),
    }).finally(() => this.free.push(block));
    packed.catch(() => {}); // thrown where it is awaited
    this.atWork.push(packed);
    this.windowBytes = bytes.copy(this.window, 0, Math.max(0, bytes.length - WINDOW_BYTES));
    this.block = this.free.pop() ?? Buffer.allocUnsafe(BLOCK_BYTES); // the old one is being read by a thread
    this.used = 0;
  }

  private async put(packed: Uint8Array) {
    for (let at = 0; at < packed.length; ) {
      const { bytesWritten } = await this.file.write(packed, at);
      at += bytesWritten;
    }
    this.packedSize += packed.length;
  }
}
