import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** A process that can be told apart from a later one that got the same number. */
export type ProcessId = { pid: number; start: string };

export const thisProcess = (): ProcessId => ({ pid: process.pid, start: processStart(process.pid) ?? '' });

/** Does exactly this process still run? A zombie does not: it holds nothing any more. */
export function isRunning({ pid, start }: ProcessId): boolean {
  return processStart(pid) === start;
}

/** When a process began, as a text that differs for every later process with its number, also after the machine began anew; null when it does not run. */
export function processStart(pid: number): string | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  if (!fs.existsSync('/proc/self/stat')) return startFromPs(pid);
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may hold spaces and brackets: proc(5) counts from "state", its field 3
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `${bootId()}${fields[19]}`;
  } catch {
    return null; // gone, also between opening and reading
  }
}

/** Ticks count from the machine's start, so two starts could give the same. Some sandboxes have no such file. */
function bootId(): string {
  try {
    return `${fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} `;
  } catch {
    return '';
  }
}

function startFromPs(pid: number): string | null {
  try {
    const [state, ...started] = execFileSync('ps', ['-o', 'state=', '-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split(/\s+/);
    return !state || state.startsWith('Z') ? null : started.join(' ');
  } catch {
    return null;
  }
}
