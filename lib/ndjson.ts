/** One JSON value a line. Take the first value yourself before you answer (its error can still become a 403 or 404) and pass it in. */
export function ndjsonResponse<T>(source: AsyncGenerator<T>, first: IteratorResult<T>): Response {
  const encoder = new TextEncoder();
  let ahead: IteratorResult<T> | null = first;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const step = ahead ?? (await source.next()); // pulled, not pushed: a slow client slows the source
      ahead = null;
      if (step.done) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(step.value)}\n`));
    },
    // the client left: runs the generator's finally, where connections are closed
    cancel: async () => void (await source.return(undefined)),
  });
  // no-transform and X-Accel-Buffering: a proxy that compresses or buffers would hold the progress back
  const headers = { 'Content-Type': 'application/x-ndjson; charset=utf-8', 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' };
  return new Response(body, { headers });
}

/** Throws when the stream ends inside a line: a cut connection must not look like a finished run. */
export async function* readNdjson<T>(response: Response): AsyncGenerator<T> {
  if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as T;
    }
    if (rest) throw new Error('the stream ended inside a line');
  } finally {
    await reader.cancel().catch(() => {}); // whoever leaves the loop early closes the connection
  }
}
