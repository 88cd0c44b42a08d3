import fs from 'node:fs';
import { isStartedByNpm } from '@/lib/env';
import { isRunning, type ProcessId, processStart } from '@/lib/process';

/** npm does not hand every signal on, and a SIGKILL it cannot: without this a server would go on alone and keep its port, an import the database. */
export function watchParent(onGone: () => void) {
  if (!isStartedByNpm()) return;
  const parents = [process.ppid, shellParent(process.ppid)].flatMap((pid): ProcessId[] => {
    const start = pid && processStart(pid);
    return pid && start ? [{ pid, start }] : [];
  });
  const watch = setInterval(() => {
    if (parents.every(isRunning)) return;
    clearInterval(watch);
    onGone();
  }, 200);
  watch.unref();
}

/** npm runs scripts through `sh -c`; most shells put the command in their own place, some stay between. */
function shellParent(pid: number): number | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    return /^(sh|dash|bash|ash|busybox)$/.test(name) ? Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) : null;
  } catch {
    return null;
  }
}
