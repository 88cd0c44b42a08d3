import pino from 'pino';
import { errorForLog } from './errors';

/** One JSON object a line on standard error: standard output belongs to the answer of a command. */
export const log = pino(
  { base: undefined, serializers: { err: errorForLog } },
  pino.destination({ fd: 2, sync: true }), // synchronous, so that the last line before an exit is not lost
);
