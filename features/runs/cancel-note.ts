// runs/<run>/cancel: that a run was to be stopped by who came through the product, and not by a row alone. Outside the database: whoever rules the rows writes none.
import 'server-only';
import fs from 'node:fs';
import path from 'node:path';
import { createExclusively, createFolder } from '@/lib/files';
import { homeFolder } from '@/lib/home';
import { log } from '@/lib/log';

const fileOf = (runId: number) => path.join(homeFolder('runs'), String(runId), 'cancel');

/** Before the row says it. Where there is no room for it the run is stopped all the same, and told like one that a row stopped. */
export function noteCancel(runId: number): void {
  try {
    createFolder(path.dirname(fileOf(runId)));
    createExclusively(fileOf(runId), '');
  } catch (err) {
    log.warn({ runId, err }, 'that the run is to be stopped could not be kept outside the database');
  }
}

export const isCancelNoted = (runId: number): boolean => fs.existsSync(fileOf(runId));

/** Another database gave its runs the same numbers. */
export const forgetCancel = (runId: number): void => fs.rmSync(fileOf(runId), { force: true });
