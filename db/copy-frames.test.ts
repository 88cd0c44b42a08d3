import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import type { Connection } from 'pg';
import { expect, test } from 'vitest';
import { CopyFrames } from './copy-frames';

/** What the server sends: a message is a byte, a length that counts itself, and the content. */
function message(code: string, content: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5);
  head.write(code, 'latin1');
  head.writeUInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

class Socket extends EventEmitter {
  pause() {}
  resume() {}
}

/** Feeds the bytes in chunks of the given sizes, and gives the data and what was left to pg's own parser. */
async function unframe(bytes: Buffer, sizes: number[]): Promise<{ data: string; rest: string }> {
  const stream = new Socket();
  const rest: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => rest.push(chunk));
  const frames = new CopyFrames('copy …');
  frames.submit({ stream, query: () => {} } as unknown as Connection);
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    stream.emit('data', Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  frames.handleReadyForQuery();
  const data: Buffer[] = [];
  for await (const chunk of frames) data.push(chunk);
  return { data: Buffer.concat(data).toString('latin1'), rest: Buffer.concat(rest).toString('latin1') };
}

test('the rows come out whole, however the socket cuts them, and what follows is left to pg', async () => {
  const rows = fc.array(
    fc.uint8Array({ maxLength: 60 }).map((row) => Buffer.from(row)),
    { maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(rows, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }), async (parts, sizes) => {
      const answer = Buffer.concat([message('C', Buffer.from('COPY 3\0')), message('Z', Buffer.from('T'))]);
      const framed = parts.flatMap((row, i) => (i % 5 === 1 ? [message('N', Buffer.from('a notice')), message('d', row)] : [message('d', row)]));
      const { data, rest } = await unframe(Buffer.concat([message('H', Buffer.alloc(7)), ...framed, message('c'), answer]), sizes);
      expect(data).toBe(Buffer.concat(parts).toString('latin1'));
      expect(rest).toBe(answer.toString('latin1'));
    }),
  );
});
