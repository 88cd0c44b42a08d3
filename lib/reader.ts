import { AsyncLocalStorage } from 'node:async_hooks';

// The program that listens and the pages are bundled apart, so that they meet in globalThis.
const PLACE = Symbol.for('indelible.reader');
const place = globalThis as { [PLACE]?: AsyncLocalStorage<AbortSignal> };
place[PLACE] ??= new AsyncLocalStorage<AbortSignal>();
const readers = place[PLACE];

/** Answers a request: whatever runs for it knows of `gone`, which is aborted when the reader has left before the answer was whole. */
export const whileReaderStays = <T>(gone: AbortSignal, answer: () => T): T => readers.run(gone, answer);

/** Of the request that is being answered; null where none is (a command, a job). */
export const readerGone = (): AbortSignal | null => readers.getStore() ?? null;
