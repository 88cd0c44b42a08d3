import pino from 'pino';

/** One JSON object a line on standard error: standard output belongs to the answer of a command. */
export const log = pino(
  { base: undefined, serializers: { err: errorForLog } },
  pino.destination({ fd: 2, sync: true }), // synchronous, so that the last line before an exit is not lost
);

/** Message, code and stack of an error and its causes. Drizzle's own message repeats the statement with every value in it, so of that one only the cause is kept. */
export function errorForLog(err: unknown): unknown {
  if (!(err instanceof Error)) return String(err);
  const holdsValues = err.message.startsWith('Failed query:');
  return {
    type: err.name,
    message: holdsValues ? 'a statement failed' : err.message,
    code: 'code' in err ? err.code : undefined,
    stack: holdsValues ? undefined : err.stack,
    cause: err.cause === undefined ? undefined : errorForLog(err.cause),
  };
}
