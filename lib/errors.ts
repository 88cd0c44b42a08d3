/**
 * A fault: something that neither the reader nor a verifier's findings can answer for. Screens show `code` and `hint`, never the cause
 * (a driver's message may hold a whole statement with its values); logs and the command line show both.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  /** What the reader can do about it, in plain words. */
  readonly hint: string | undefined;
  /** Next hands an error's digest, and nothing else of it, to the browser: error.tsx shows the code. */
  readonly digest: string;

  /** @param code UPPER_SNAKE, stable: documents and checks name it */
  constructor(code: string, { cause, hint }: { cause?: unknown; hint?: string } = {}) {
    super(hint ? `${code}: ${hint}` : code, cause === undefined ? undefined : { cause });
    this.code = code;
    this.digest = code;
    this.hint = hint;
  }
}

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
