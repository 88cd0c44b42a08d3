/**
 * SHA-256 of many leaves or nodes of a Merkle tree at once. What a call of crypto.hash costs beside the hashing is more than such a message takes four at a time (sha256-wasm.ts).
 * Where WebAssembly cannot be had (a limit on address space below the 10 GB that an engine sets apart, --jitless), they are hashed one by one: slower, and the same.
 */
import { hash } from 'node:crypto';
import { assemble, HASH_BYTES, INPUT_AT, MOST_MESSAGES, OUTPUT_AT } from './sha256-wasm';

/** Where one hashes: write to `input`, call, read `output`. One for all who do not wait in between. */
export type Sha256Lanes = {
  /** 512 times 32 bytes. */
  readonly input: Buffer;
  /** 256 times 32 bytes, good until the next call. */
  readonly output: Buffer;
  /** output[i] = H(0x00 ‖ input[i]) for i below `count`, 256 at most. Outputs up to the next multiple of four may be written too. */
  leaves(count: number): void;
  /** output[i] = H(0x01 ‖ input[2i] ‖ input[2i+1]) for i below `count`, 256 at most. */
  nodes(count: number): void;
};

export function sha256Lanes(): Sha256Lanes {
  try {
    return fourByFour();
  } catch {
    return oneByOne();
  }
}

/** @throws where the engine has no WebAssembly with 128-bit instructions, or no room for its memory */
export function fourByFour(): Sha256Lanes {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(assemble()));
  const { memory, leaves, nodes } = instance.exports as { memory: WebAssembly.Memory; leaves: (count: number) => void; nodes: (count: number) => void };
  return {
    input: Buffer.from(memory.buffer, INPUT_AT, 2 * MOST_MESSAGES * HASH_BYTES),
    output: Buffer.from(memory.buffer, OUTPUT_AT, MOST_MESSAGES * HASH_BYTES),
    leaves: (count) => leaves(checked(count)),
    nodes: (count) => nodes(checked(count)),
  };
}

export function oneByOne(): Sha256Lanes {
  const input = Buffer.alloc(2 * MOST_MESSAGES * HASH_BYTES);
  const output = Buffer.alloc(MOST_MESSAGES * HASH_BYTES);
  const each = (prefix: number, size: number) => {
    const message = Buffer.alloc(1 + size, prefix);
    return (count: number) => {
      for (let i = 0; i < checked(count); i++) {
        input.copy(message, 1, i * size, (i + 1) * size);
        output.write(hash('sha256', message, 'binary'), i * HASH_BYTES, 'latin1');
      }
    };
  };
  return { input, output, leaves: each(0, HASH_BYTES), nodes: each(1, 2 * HASH_BYTES) };
}

function checked(count: number): number {
  if (!Number.isInteger(count) || count < 0 || count > MOST_MESSAGES) throw new RangeError(`${count} messages at once, 0 to ${MOST_MESSAGES} go`);
  return count;
}
