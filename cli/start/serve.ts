import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import next from 'next';
import { env } from '@/lib/env';
import { AppError } from '@/lib/errors';
import { whileReaderStays } from '@/lib/reader';
import { clientAddress } from './client-address';

const HOST = '127.0.0.1'; // whoever wants it seen from elsewhere puts a proxy before it that speaks TLS

/** A server that was just told to go is given three seconds. @throws AppError PORT_IN_USE before anything is built or filled in vain */
export async function checkPort(port: number) {
  for (let tries = 6; ; tries--) {
    const probe = net.createServer();
    try {
      await listen(probe, port);
      return await new Promise((closed) => probe.close(closed));
    } catch (error) {
      if (tries === 0 || !(error instanceof AppError && error.code === 'PORT_IN_USE')) throw error;
      await sleep(500);
    }
  }
}

/**
 * The screens, built, on a server in this very process: one process to stop or to kill, and its own answer where the port is taken.
 * Next's instrumentation (instrumentation-node.ts) runs in prepare(), with the database that this process has acquired.
 */
export async function serve(root: string, port: number): Promise<{ close: () => Promise<void> }> {
  const app = next({ dev: false, dir: root, hostname: HOST, port });
  await app.prepare();
  const handle = app.getRequestHandler();
  const { INDELIBLE_URL, INDELIBLE_PROXIES } = env();
  const isHttps = INDELIBLE_URL.startsWith('https:');
  const server = http.createServer((request, response) => {
    request.headers['x-forwarded-for'] = clientAddress(request, INDELIBLE_PROXIES);
    if (isHttps) response.setHeader('Strict-Transport-Security', 'max-age=63072000');
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    void whileReaderStays(gone.signal, () => handle(request, response));
  });
  server.requestTimeout = 0; // an upload of gigabytes takes longer than Node's five minutes; who sends no head is cut off by headersTimeout all the same
  await listen(server, port);
  return {
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 1_000).unref(); // who follows a run would stay for ever
      await closed;
      await app.close();
    },
  };
}

function listen(server: net.Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE')
        reject(new AppError('PORT_IN_USE', { hint: `another program listens on ${HOST}:${port}: stop it, or choose another with PORT=${port + 1}` }));
      else if (cause.code === 'EACCES')
        reject(new AppError('PORT_FORBIDDEN', { hint: `only root may listen on port ${port}: choose one from 1024 on with PORT` }));
      else reject(cause);
    });
    server.listen(port, HOST, resolve);
  });
}
