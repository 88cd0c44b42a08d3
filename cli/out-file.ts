import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '@/lib/errors';
import { UsageError } from './command';

/** A file that a command makes: written beside its place, on disk and whole before it gets its name. `due`: the SHA-256 that it must have, in hex. */
export type OutFile = { write: (bytes: Uint8Array) => Promise<void>; keep: (due?: string) => Promise<{ sha256: string }>; drop: () => Promise<void> };

/**
 * @param name what the caller may see, absolute. A file that holds something is not overwritten: it may be evidence; an empty one (mktemp) is replaced.
 * @throws UsageError
 */
export async function openOutFile(name: string): Promise<OutFile> {
  await checkFree(name);
  const draft = path.join(path.dirname(name), `.${path.basename(name)}.${crypto.randomBytes(4).toString('hex')}.tmp`);
  const file = await fs.open(draft, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`--out: ${path.dirname(name)} cannot be written (${cause.code})`);
  });
  const hash = crypto.createHash('sha256');
  const drop = async () => {
    await file.close().catch(() => {});
    await fs.rm(draft, { force: true });
  };
  return {
    drop,
    write: async (bytes) => {
      hash.update(bytes);
      for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten;
    },
    keep: async (due) => {
      const sha256 = hash.digest('hex');
      if (due !== undefined && sha256 !== due)
        throw new AppError('BUNDLE_CHANGED', { hint: `what came has the SHA-256 ${sha256}, what was made ${due}: somebody exchanged it. Nothing was kept` });
      await file.sync();
      await file.close();
      await checkFree(name); // somebody may have been faster
      await fs.rename(draft, name);
      const folder = await fs.open(path.dirname(name), 'r');
      await folder.sync().finally(() => folder.close());
      return { sha256 };
    },
  };
}

export async function checkFree(name: string) {
  const there = await fs.stat(name).catch(() => null);
  if (!there) return;
  if (!there.isFile()) throw new UsageError(`--out: ${name} is no file`);
  if (there.size > 0) throw new UsageError(`--out: ${name} exists and is not overwritten: remove it or choose another name`);
}
