import 'server-only';
import fs from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Finding } from '@/core/finding';
import { homeFolder } from '@/lib/home';

/** Where all findings of a run lie when there are more than the database keeps: one JSON object a line. */
export const findingsFile = (runId: number): string => path.join(homeFolder('runs'), String(runId), 'findings.jsonl');

/**
 * Opens the file at the first finding too many, and begins it with those that were kept: who takes the file has all of them. A run that begins anew writes it anew.
 * Each call waits until the lines are with the operating system: ten million findings take no memory.
 */
export function openFindingsFile(runId: number, kept: () => readonly Finding[]) {
  let file: fs.FileHandle | null = null;
  return {
    add: async (findings: readonly Finding[]) => {
      if (file === null) {
        await fs.mkdir(path.dirname(findingsFile(runId)), { recursive: true, mode: 0o700 });
        file = await fs.open(findingsFile(runId), 'w', 0o600);
        await file.appendFile(linesOf(kept()));
      }
      await file.appendFile(linesOf(findings));
    },
    close: async () => {
      await file?.sync();
      await file?.close();
      file = null;
    },
  };
}

/** What was found beside the walk, where the walk found more than the database keeps: all lie in the file. */
export async function addToFindingsFile(runId: number, findings: readonly Finding[]): Promise<void> {
  if (findings.length === 0) return;
  const file = await fs.open(findingsFile(runId), fs.constants.O_WRONLY | fs.constants.O_APPEND).catch(unlessMissing);
  if (file === null) return;
  await file.appendFile(linesOf(findings));
  await file.sync();
  await file.close();
}

/** Of an earlier try, or of another database's run of that number. */
export const forgetFindingsFile = (runId: number): Promise<void> => fs.rm(findingsFile(runId), { force: true });

/** The file as a stream, or null where the run has none. */
export async function readFindingsFile(runId: number): Promise<ReadableStream<Uint8Array> | null> {
  const file = await fs.open(findingsFile(runId)).catch(unlessMissing);
  return file && (Readable.toWeb(file.createReadStream()) as ReadableStream<Uint8Array>);
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

const linesOf = (findings: readonly Finding[]) => findings.map((finding) => `${JSON.stringify(finding)}\n`).join('');
