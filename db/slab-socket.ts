import net from 'node:net';

// Just below what malloc takes from the system, page by page, and gives back each time.
export const SLAB_BYTES = 120_000;
/** Of a piece that is used again. Who takes more at once does less between two. */
export const RING_BYTES = 240_000;
const LEAST_BYTES = 16_384;

/**
 * A socket for pg.Client that reads into pieces of 120 KB, one part after the other and each of them once, so that who keeps a chunk keeps what is in it. Node's own way takes 64 KB
 * of new memory for every read, however little has come: a third of what a client's processor does for a COPY where the server is the slower side.
 * @param ring after how many pieces the first is filled again: who reads must be through with it by then (copy-out.ts)
 */
export function slabSocket(ring = Number.POSITIVE_INFINITY): net.Socket {
  const isRing = ring < Number.POSITIVE_INFINITY;
  const size = isRing ? RING_BYTES : SLAB_BYTES;
  const slabs: Buffer[] = [];
  let turn = -1;
  const next = () => {
    turn = (turn + 1) % ring;
    const slab = slabs[turn] ?? Buffer.allocUnsafeSlow(size);
    if (isRing) slabs[turn] = slab;
    return slab;
  };
  let slab = next();
  let used = 0;
  const buffer = () => {
    if (size - used < LEAST_BYTES) {
      slab = next();
      used = 0;
    }
    return slab.subarray(used);
  };
  const callback = (length: number, read: Uint8Array) => {
    used += length;
    if (!socket.emit('data', read.subarray(0, length))) socket.destroy(new Error('the server sent what nobody reads'));
    return true;
  };
  const onread: net.OnReadOpts = { buffer, callback };
  const socket: net.Socket = new net.Socket({ onread } as net.SocketConstructorOpts); // as net.connect hands it on
  return socket;
}
