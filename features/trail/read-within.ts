import { cacheSignal } from 'react';
import type { Scope } from '@/db/scope';
import { readTransaction, type Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { readerGone } from '@/lib/reader';
import type { Loaded } from './event-model';
import { cancelBackend, limitStatements, stateOf } from './queries/timeout';

const AGAIN_MS = 250;

/**
 * One snapshot for a screen, none of whose statements may take longer.
 * @param signal cancels the statement under way on the server: by default it is aborted when the reader leaves, or the page is given up
 * @throws AppError DB_TIMEOUT, DB_GONE; the signal's reason where it was aborted before
 */
export async function readWithin<T>(scope: Scope, limitMs: number, fn: (tx: Tx) => Promise<T>, signal: AbortSignal | null = leaving()): Promise<T> {
  signal?.throwIfAborted();
  let cancel = () => {};
  let again: NodeJS.Timeout | undefined;
  try {
    return await readTransaction(scope, async (tx) => {
      const backend = await limitStatements(tx, limitMs);
      const end = () => void cancelBackend(backend).catch(() => {}); // then the time limit ends it
      cancel = () => {
        end();
        again ??= setInterval(end, AGAIN_MS); // it may have met the moment between two statements
      };
      signal?.addEventListener('abort', cancel);
      if (signal?.aborted) cancel();
      return await fn(tx);
    });
  } catch (cause) {
    throw faultOf(cause);
  } finally {
    signal?.removeEventListener('abort', cancel);
    clearInterval(again);
  }
}

/** A page that is loaded as a whole is drawn to its end though its reader has gone, so that React's signal alone says nothing of him. */
function leaving(): AbortSignal | null {
  const signals = [cacheSignal(), readerGone()].filter((signal) => signal !== null);
  return signals.length === 0 ? null : AbortSignal.any(signals);
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
