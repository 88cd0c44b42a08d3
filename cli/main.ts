// npm run -s indelible -- COMMAND …    One object on standard output with --json, everything else on standard error.
// Exit codes: 0 good, 1 findings or rejects, 2 could not run.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { setPartProgram } from '@/features/verification/part-program';
import { AppError, errorForLog } from '@/lib/errors';
import { type Answer, type Command, type Context, UsageError } from './command';
import { COMMANDS } from './commands';
import { commandHelp, overview } from './help';
import { watchParent } from './parent';

export async function main(args: string[], calledFrom = process.cwd()) {
  process.stdout.on('error', () => process.exit(2)); // whoever read us has gone
  const wantsJson = args.includes('--json');
  const fail = async (error: unknown) => {
    const { code, message } = explain(error);
    console.error(message);
    if (wantsJson) await print(JSON.stringify({ error: { code, message } }));
    await leave(2);
  };
  setPartProgram(new URL('./verify-part.mjs', import.meta.url));
  process.on('uncaughtException', fail); // Node's own answer would be exit code 1, and that says findings
  try {
    await leave(await run(args, calledFrom, wantsJson));
  } catch (error) {
    await fail(error);
  }
}

async function run(args: string[], calledFrom: string, wantsJson: boolean): Promise<number> {
  const name = nameOf(args);
  if (!name) {
    const isAsked = args.length === 0 || args.includes('--help') || args.includes('help');
    if (!isAsked) throw new UsageError(`there is no command "${args.filter((a) => !a.startsWith('-')).join(' ')}"\n\n${await overview()}`);
    await print(await overview());
    return args.length === 0 ? 2 : 0;
  }
  const { command } = await (COMMANDS[name] as (typeof COMMANDS)[string])();
  const rest = args.slice(name.split(' ').length);
  if (rest.includes('--help')) {
    await print(commandHelp(name, command));
    return 0;
  }
  const answer = await perform(name, command, parse(name, command, rest), calledFrom);
  await print(wantsJson ? JSON.stringify(answer.json) : answer.text);
  return answer.hasFindings ? 1 : 0;
}

/** The longest beginning of the arguments that is a command. */
function nameOf(args: string[]): string | undefined {
  return Object.keys(COMMANDS)
    .filter((name) => name.split(' ').every((word, i) => args[i] === word))
    .sort((a, b) => b.length - a.length)[0];
}

function parse(name: string, command: Command, args: string[]) {
  const { min, max } = command.positionals ?? { min: 0, max: 0 };
  let input: ReturnType<typeof parseArgs>;
  try {
    input = parseArgs({ args, options: { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean' } }, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nSee: indelible ${name} --help`);
  }
  const count = input.positionals.length;
  if (count < min || count > max) {
    throw new UsageError(
      `${count < min ? 'an argument is missing' : `too many arguments: ${input.positionals.join(' ')}`}\nUsage: indelible ${name} ${command.usage}`,
    );
  }
  return input;
}

async function perform(name: string, command: Command, input: ReturnType<typeof parse>, calledFrom: string): Promise<Answer> {
  const abort = new AbortController();
  const cancel = () => {
    if (abort.signal.aborted) process.exit(2); // asked twice
    console.error('stopping …');
    abort.abort();
  };
  process.on('SIGINT', cancel).on('SIGTERM', cancel);
  watchParent(cancel);
  const context: Context = { say: (line) => console.error(line), signal: abort.signal, fileOf: (file) => path.resolve(calledFrom, file) };
  const { bootForCommand } = await import('@/jobs/boot'); // not before: --help needs no database
  const { stop } = await bootForCommand(`indelible ${name}`, context.say);
  try {
    return await command.run(input as Parameters<Command['run']>[0], context);
  } finally {
    await stop();
  }
}

function explain(error: unknown): { code: string; message: string } {
  if (error instanceof UsageError) return { code: 'USAGE', message: error.message };
  if (error instanceof AppError) {
    const why = error.cause ? `\n  because: ${JSON.stringify(errorForLog(error.cause), ['type', 'message', 'code', 'cause'])}` : '';
    return { code: error.code, message: error.message + why };
  }
  return { code: 'FAULT', message: JSON.stringify(errorForLog(error), null, 2) };
}

const print = (text: string) => new Promise<void>((done) => process.stdout.write(`${text}\n`, () => done()));

/** A pool or a stream that somebody forgot must not keep a finished command alive; standard output is written by now. */
async function leave(code: number) {
  process.exit(code);
}
