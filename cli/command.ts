import type { ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/** What a command is given beside its arguments. */
export type Context = {
  /** A line for the person who waits, on standard error. */
  say: (line: string) => void;
  /** Aborted by Ctrl-C and SIGTERM: stop at the next safe place and answer what was done. */
  signal: AbortSignal;
  /** The absolute path of a file as the caller named it. */
  fileOf: (name: string) => string;
};

export type Answer = {
  /** The one object that --json prints. */
  json: object;
  /** The same for people, without a last line break. */
  text: string;
  /** True for findings or rejects: exit code 1. */
  hasFindings?: boolean;
};

export type Command<O extends Options = Options> = {
  /** One line. */
  summary: string;
  /** What follows the command's name, such as `--trail T [--from N] FILE…`. */
  usage: string;
  /** More help: what the options mean, an example. */
  help?: string;
  /** node:util parseArgs; --json and --help are added. */
  options: O;
  /** How many arguments without a dash are allowed. */
  positionals?: { min: number; max: number };
  run: (input: { values: Values<O>; positionals: string[] }, context: Context) => Promise<Answer>;
};

/** Gives `run` the types of its options. A command is a file that exports one as `command`, and a line in commands.ts. */
export const defineCommand = <const O extends Options>(command: Command<O>): Command => command as unknown as Command;

/** A mistake in the arguments: told with a pointer to --help, exit code 2. */
export class UsageError extends Error {}

/** The value of an option that must be there. */
export function required<T>(value: T | undefined, option: string): T {
  if (value === undefined) throw new UsageError(`${option} is missing`);
  return value;
}

/** A sequence number or another whole number from 0; undefined stays undefined. */
export function wholeNumber(value: string | undefined, option: string): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) throw new UsageError(`${option} must be a whole number from 0, not "${value}"`);
  return number;
}
