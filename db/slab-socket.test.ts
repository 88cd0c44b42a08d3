import crypto from 'node:crypto';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { slabSocket } from './slab-socket';

async function connected(serve: (socket: net.Socket) => void) {
  const server = net.createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = slabSocket();
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1');
  return { socket, close: () => server.close() };
}

test('chunks that are kept stay what was sent, through pauses, over more than one slab, to the end', async () => {
  const sent = crypto.randomBytes(5_000_001);
  const { socket, close } = await connected((peer) => {
    for (let at = 0; at < sent.length; at += 70_001) peer.write(sent.subarray(at, at + 70_001));
    peer.end();
  });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (chunks.length % 10 !== 0) return;
    socket.pause();
    const length = chunks.length;
    setTimeout(() => {
      expect(chunks.length).toBe(length); // nothing comes meanwhile
      socket.resume();
    }, 2);
  });
  await once(socket, 'end');
  expect(chunks.length).toBeGreaterThan(20);
  expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  close();
});

test('what nobody reads is a fault, not lost', async () => {
  const { socket, close } = await connected((peer) => void peer.write('unasked'));
  const [cause] = await once(socket, 'error');
  expect((cause as Error).message).toBe('the server sent what nobody reads');
  close();
});
