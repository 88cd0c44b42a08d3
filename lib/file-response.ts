type FileHead = { /** ASCII */ fileName: string; type: string; sizeBytes?: number /** lower-case hex */; sha256?: string };

/** A file to be saved. Pulled, not pushed: a slow client slows the source, and one that leaves runs the source's finally. A fault half-way cuts the connection. */
export function fileResponse(source: AsyncGenerator<Uint8Array>, { fileName, type, sizeBytes, sha256 }: FileHead): Response {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const step = await source.next();
      if (step.done) controller.close();
      else controller.enqueue(step.value);
    },
    cancel: async () => void (await source.return(undefined)),
  });
  const headers = new Headers({
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${fileName}"`,
    'Cache-Control': 'no-store, no-transform',
    'X-Content-Type-Options': 'nosniff',
    'X-Accel-Buffering': 'no',
  });
  if (sizeBytes !== undefined) headers.set('Content-Length', String(sizeBytes));
  if (sha256) headers.set('Repr-Digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`); // RFC 9530
  return new Response(body, { headers });
}

/** Why there is no file, as a person reads it who followed a link. */
export const refusal = ({ status, code, hint }: { status: number; code: string; hint: string }): Response =>
  new Response(`${code}: ${hint}\n`, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' } });

/** A text as a file to keep; never from a cache, as each download is an event. */
export const textDownload = (text: string, fileName: string): Response =>
  new Response(text, {
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': `attachment; filename="${fileName}"`,
      'Cache-Control': 'no-store, no-transform',
      'X-Content-Type-Options': 'nosniff',
    },
  });
