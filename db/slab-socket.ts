import net from 'node:net';

const SLAB_BYTES = 1 << 20;
const LEAST_BYTES = 65_536;
const MOST_BYTES = 131_072;

/**
 * A socket for pg.Client that reads into memory of a megabyte, a piece of it after the other, each of them once, so that who keeps a chunk keeps what is in it. Node's own way
 * takes 64 KB of new memory for every read, however little has come: half of what a client's processor does for a COPY.
 */
export function slabSocket(): net.Socket {
  let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  let used = 0;
  const buffer = () => {
    if (SLAB_BYTES - used < LEAST_BYTES) {
      slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      used = 0;
    }
    return slab.subarray(used, Math.min(SLAB_BYTES, used + MOST_BYTES));
  };
  const callback = (size: number, read: Uint8Array) => {
    used += size;
    if (!socket.emit('data', read.subarray(0, size))) socket.destroy(new Error('the server sent what nobody reads'));
    return true;
  };
  const onread: net.OnReadOpts = { buffer, callback };
  const socket: net.Socket = new net.Socket({ onread } as net.SocketConstructorOpts); // as net.connect hands it on
  return socket;
}
