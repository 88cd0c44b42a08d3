import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What stands on standard output; a program that fails is a failed test with what it said. */
export async function output(command: string, args: string[], cwd?: string): Promise<string> {
  return (await run(command, args, { maxBuffer: 64 << 20, ...(cwd ? { cwd } : {}) })).stdout;
}

/** A line as somebody would paste it into a terminal. */
export const pasted = (line: string, cwd?: string) => output('sh', ['-c', line], cwd);
