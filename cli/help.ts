import type { Command } from './command';
import { COMMANDS } from './commands';

/** All commands with their summaries. */
export async function overview(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => {
      const { command } = await load();
      return `  ${name.padEnd(16)} ${command.summary}`;
    }),
  );
  return ['Usage: npm run -s indelible -- COMMAND … [--json] [--help]', '', ...lines, '', 'Exit codes: 0 good, 1 findings or rejects, 2 could not run.'].join(
    '\n',
  );
}

export function commandHelp(name: string, command: Command): string {
  const parts = [
    `Usage: npm run -s indelible -- ${name} ${command.usage}`.trimEnd(),
    command.summary,
    command.help,
    '--json  one object on standard output',
    'Exit codes: 0 good, 1 findings or rejects, 2 could not run.',
  ];
  return parts.filter(Boolean).join('\n\n');
}
