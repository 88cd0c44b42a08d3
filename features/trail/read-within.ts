import { cacheSignal } from 'react';
import type { Scope } from '@/db/scope';
import { readTransaction, type Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import type { Loaded } from './event-model';
import { cancelBackend, limitStatements, stateOf } from './queries/timeout';

/**
 * One snapshot for a screen, none of whose statements may take longer.
 * @param signal cancels the statement under way on the server: by default that of the page being drawn, which ends when its reader leaves
 * @throws AppError DB_TIMEOUT, DB_GONE
 */
export async function readWithin<T>(scope: Scope, limitMs: number, fn: (tx: Tx) => Promise<T>, signal: AbortSignal | null = cacheSignal()): Promise<T> {
  let cancel = () => {};
  try {
    return await readTransaction(scope, async (tx) => {
      const backend = await limitStatements(tx, limitMs);
      cancel = () => void cancelBackend(backend).catch(() => {}); // then the time limit ends it
      signal?.addEventListener('abort', cancel);
      if (signal?.aborted) cancel();
      return await fn(tx);
    });
  } catch (cause) {
    throw faultOf(cause);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** The same for what is loaded apart: its fault belongs to its own place on the page, not to the whole. */
export async function loadApart<T>(scope: Scope, limitMs: number, fn: (tx: Tx) => Promise<T>): Promise<Loaded<T>> {
  try {
    return { ok: true, value: await readWithin(scope, limitMs, fn) };
  } catch (cause) {
    return { ok: false, code: cause instanceof AppError ? cause.code : 'UNEXPECTED' };
  }
}

function faultOf(cause: unknown): unknown {
  const state = stateOf(cause);
  if (state === '57014') return new AppError('DB_TIMEOUT', { cause, hint: 'The question takes too long: choose a shorter period or a narrower condition.' });
  if (state !== null && (/^(08|57P)/.test(state) || /^(ECONN|CONNECTION_|EPIPE)/.test(state)))
    return new AppError('DB_GONE', { cause, hint: 'The database does not answer.' });
  return cause;
}
