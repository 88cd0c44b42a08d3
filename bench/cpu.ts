import fs from 'node:fs';
import type { Sql } from 'postgres';

/** Milliseconds of processor time that this process and the database server (all its processes, those that ended too) have used so far. */
export type Cpu = { client: number; server: number };

const TICK_MS = 10; // USER_HZ is 100 on every Linux

/** For a machine that others use too: what work costs, whoever else waits. The server's is 0 where there is no /proc. @param sql a connection to a server on this machine */
export async function cpuMeter(sql: Sql): Promise<() => Cpu> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const postmaster = statOf(row?.pid ?? 0)?.parent ?? 0;
  return () => {
    const { user, system } = process.cpuUsage();
    return { client: (user + system) / 1000, server: postmaster === 0 ? 0 : serverMs(postmaster) };
  };
}

function serverMs(postmaster: number): number {
  let ticks = statOf(postmaster)?.reaped ?? 0;
  for (const name of fs.readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (stat?.parent === postmaster) ticks += stat.own;
  }
  return ticks * TICK_MS;
}

function statOf(pid: number): { parent: number; own: number; reaped: number } | null {
  try {
    const fields = fs
      .readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const at = (field: number) => fields[field - 3] as number; // as proc(5) counts them
    return { parent: at(4), own: at(14) + at(15), reaped: at(16) + at(17) };
  } catch {
    return null; // it ended meanwhile, or there is no /proc
  }
}
