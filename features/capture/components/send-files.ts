// Sends files to the server one by one, each as a raw body, so that neither side holds one in memory, and starts the import.
import type { ImportSettings } from '../import/schema';

export type Sending = { fileIndex: number; sentBytes: number; totalBytes: number };
export type Sent = { ok: true; run: number } | { ok: false; message: string; issues: Record<string, string> };

type Wanted = {
  trail: string;
  settings: Partial<ImportSettings> & { format: string };
  files: readonly { file: File; name: string }[];
  signal: AbortSignal;
  onProgress: (sending: Sending) => void;
};

const BASE = '/api/v1/imports';

/** @returns the number of the run. Stopped by the signal: what has been sent is removed again. */
export async function sendFiles({ trail, settings, files, signal, onProgress }: Wanted): Promise<Sent> {
  const begun = await ask('POST', BASE, JSON.stringify({ trail, settings }));
  if (begun.status !== 201) return refused(begun);
  const place = `${BASE}/${begun.body.upload}`;
  const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0);
  let sentBytes = 0;
  for (const [fileIndex, { file, name }] of files.entries()) {
    const tell = (bytes: number) => onProgress({ fileIndex, sentBytes: sentBytes + bytes, totalBytes });
    tell(0);
    const answer = await ask('PUT', `${place}?name=${encodeURIComponent(name)}`, file, { signal, onBytes: tell });
    if (answer.status !== 200) {
      await ask('DELETE', place).catch(() => {});
      return signal.aborted ? { ok: false, message: 'Stopped. Nothing was imported.', issues: {} } : refused(answer, name);
    }
    sentBytes += file.size;
  }
  const started = await ask('POST', place);
  return started.status === 201 ? { ok: true, run: started.body.run as number } : refused(started);
}

type Reply = { status: number; body: Record<string, unknown> };

/** XMLHttpRequest and not fetch: fetch does not tell how much it has sent. Status 0: no answer. */
function ask(
  method: string,
  url: string,
  body?: XMLHttpRequestBodyInit,
  options: { signal?: AbortSignal; onBytes?: (bytes: number) => void } = {},
): Promise<Reply> {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    if (typeof body === 'string') request.setRequestHeader('content-type', 'application/json');
    else if (body) request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = (event) => options.onBytes?.(event.loaded);
    request.onloadend = () => done({ status: request.status, body: parsed(request.responseText) });
    if (options.signal?.aborted) return done({ status: 0, body: {} });
    options.signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(body ?? null);
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function refused({ status, body }: Reply, file?: string): Sent {
  const issues: Record<string, string> = {};
  for (const { path, message } of (body.issues ?? []) as { path: string; message: string }[]) issues[path.replace(/^settings\./, '')] ??= message;
  const message =
    typeof body.message === 'string'
      ? body.message
      : status === 0
        ? 'The server does not answer. Your files are kept here: try again.'
        : `The server answered ${status}.`;
  return { ok: false, message: file ? `${file}: ${message}` : message, issues };
}
