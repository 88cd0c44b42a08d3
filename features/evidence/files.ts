import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '@/lib/errors';
import { isDiskFull } from '@/lib/files';
import { homeFolder } from '@/lib/home';

/** Where finished bundles lie, and where each run works. */
export const bundlesFolder = (): string => homeFolder('bundles');
export const bundleFile = (fileName: string): string => path.join(bundlesFolder(), path.basename(fileName));
const WORK = /^run-(\d+)\.tmp$/;
const workFolder = (runId: number) => path.join(bundlesFolder(), `run-${runId}.tmp`);

/** A fresh folder for a run; what an earlier attempt of the same run left is removed. */
export async function makeWorkFolder(runId: number): Promise<string> {
  await fs.rm(workFolder(runId), { recursive: true, force: true });
  await fs.mkdir(workFolder(runId), { mode: 0o700 });
  return workFolder(runId);
}

export const removeWorkFolder = (runId: number) => fs.rm(workFolder(runId), { recursive: true, force: true });

/** Gives a finished file its name, on disk. It keeps the one in its work folder too: until that folder is gone, the bundle counts as unfinished. */
export async function placeBundle(file: string, fileName: string): Promise<void> {
  await fs.link(file, bundleFile(fileName));
  await syncFolder(bundlesFolder());
}

export const removeBundle = (fileName: string) => fs.rm(bundleFile(fileName), { force: true });

/** What runs left behind whose process died: their work folders, and files that got their name but no row. */
export async function sweepWork(isUnderWay: (runId: number) => Promise<boolean>, isBundle: (fileName: string) => Promise<boolean>): Promise<void> {
  for (const name of await fs.readdir(bundlesFolder())) {
    const runId = Number(WORK.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(runId) || (await isUnderWay(runId))) continue;
    for (const file of await fs.readdir(workFolder(runId))) if (file.endsWith('.zip') && !(await isBundle(file))) await removeBundle(file);
    await removeWorkFolder(runId);
  }
}

/** A new name is on disk only when its folder is. */
export async function syncFolder(folder: string) {
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A full disk in words; every other fault as it is. */
export function diskFault(cause: unknown): unknown {
  if (!isDiskFull(cause)) return cause;
  return new AppError('DISK_FULL', {
    cause,
    hint: 'there is no room left for the file; nothing of it was kept. Make room (INDELIBLE_HOME/bundles holds what was made) and start again',
  });
}
