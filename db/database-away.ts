const AWAY_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Does this error say that the database cannot be reached, rather than that it refused something? Looks through what wraps it. */
export function isDatabaseAway(cause: unknown): boolean {
  for (let error = cause as { code?: string; message?: string; cause?: unknown } | undefined; error; error = error.cause as typeof error) {
    const code = String(error.code ?? '');
    if (AWAY_CODES.has(code) || code.startsWith('08') || code.startsWith('57P')) return true;
    if (/Connection terminated|connection.*(closed|ended)|has encountered a connection error/i.test(error.message ?? '')) return true; // pg has no code for it
  }
  return false;
}

/**
 * The same error; where the database could not be reached, with the digest by which an error page knows it (lib/errors.ts). It stays the driver's own error: an
 * AppError is an answer, and nobody may take silence for one.
 */
export function withAwayDigest(cause: unknown): unknown {
  return cause instanceof Error && isDatabaseAway(cause) ? Object.assign(cause, { digest: 'DATABASE_AWAY' }) : cause;
}

const SILENCE_MS = 10_000;

/**
 * What was asked for, unless the database stays silent: one that stands still, machine and all, closes no connection, and whoever waits for it would wait without end.
 * @throws an error with the digest DATABASE_AWAY after that time; what was asked goes on, and its answer is dropped
 */
export async function answered<T>(asked: Promise<T>, silenceMs = SILENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const silent = () => withAwayDigest(Object.assign(new Error(`the database has not answered for ${silenceMs / 1000} s`), { code: 'ETIMEDOUT' }));
    timer = setTimeout(() => reject(silent()), silenceMs);
  });
  try {
    return await Promise.race([asked, silence]);
  } finally {
    clearTimeout(timer);
  }
}
