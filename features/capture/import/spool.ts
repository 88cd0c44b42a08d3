// Where the files of an upload lie until the import has read them: one folder each, below INDELIBLE_HOME/uploads.
//
//   <uuid>/upload.json     who uploads into which trail, and how it is to be read
//   <uuid>/0001            the first file's bytes      <uuid>/0001.json     its name and size, written once it is whole
//
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isDiskFull } from '@/lib/files';
import { homeFolder } from '@/lib/home';
import { importSettings } from './schema';

/** Of all files of one upload together. Greater ones go by the command line, which reads them where they lie. */
export const MAX_UPLOAD_BYTES = 8 * 1024 ** 3;
export const MAX_UPLOAD_FILES = 1000;
/** What an upload leaves free: the database that lies on the same disk must not stand still because of it. */
const RESERVE_BYTES = 512 * 1024 ** 2;
const ABANDONED_MS = 24 * 3_600_000;

const uploadFile = z.object({ userId: z.string(), alias: z.string(), settings: importSettings });
export type Upload = z.infer<typeof uploadFile>;

const folderOf = (id: string) => path.join(homeFolder('uploads'), id);
const uploadId = z.uuid();

/** @returns the upload's id @throws where the disk is full (isDiskFull) */
export function makeSpool(upload: Upload): string {
  const id = randomUUID();
  fs.mkdirSync(folderOf(id), { mode: 0o700 });
  try {
    fs.writeFileSync(path.join(folderOf(id), 'upload.json'), JSON.stringify(upload), { mode: 0o600 });
  } catch (error) {
    fs.rmSync(folderOf(id), { recursive: true, force: true });
    throw error;
  }
  return id;
}

/** Null where there is no such upload, or it has been handed over to a run. */
export function readSpool(id: string): Upload | null {
  if (!uploadId.safeParse(id).success) return null;
  try {
    return uploadFile.parse(JSON.parse(fs.readFileSync(path.join(folderOf(id), 'upload.json'), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export type SpooledFile = { path: string; name: string; bytes: number };

/** The whole files of an upload, in the order in which they came. */
export function spooledFiles(id: string): SpooledFile[] {
  const folder = folderOf(id);
  return fs
    .readdirSync(folder)
    .filter((name) => /^\d{4}\.json$/.test(name))
    .sort()
    .map((name) => ({
      path: path.join(folder, name.slice(0, 4)),
      ...(JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as { name: string; bytes: number }),
    }));
}

export type Received = { ok: true; bytes: number } | { ok: false; error: 'TOO_LARGE' | 'TOO_MANY' | 'DISK_FULL' | 'CUT_OFF' };

/**
 * Writes one file as it comes, in constant memory; one that is not whole in the end is removed.
 * @param announcedBytes what the sender says it will be, if it says so: a file that cannot fit is refused before it is sent
 */
export async function receiveFile(id: string, name: string, body: AsyncIterable<Uint8Array>, announcedBytes: number | null): Promise<Received> {
  const files = spooledFiles(id);
  if (files.length >= MAX_UPLOAD_FILES) return { ok: false, error: 'TOO_MANY' };
  const before = files.reduce((sum, file) => sum + file.bytes, 0);
  if (before + (announcedBytes ?? 0) > MAX_UPLOAD_BYTES) return { ok: false, error: 'TOO_LARGE' };
  if ((announcedBytes ?? 0) > freeBytes()) return { ok: false, error: 'DISK_FULL' };

  const place = path.join(folderOf(id), String(files.length + 1).padStart(4, '0'));
  const file = await open(place, 'w', 0o600);
  let bytes = 0;
  let checkedAt = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (before + bytes > MAX_UPLOAD_BYTES) return await giveUp(place, 'TOO_LARGE');
      if (bytes - checkedAt > RESERVE_BYTES / 4) {
        checkedAt = bytes;
        if (freeBytes() <= 0) return await giveUp(place, 'DISK_FULL');
      }
      for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done)).bytesWritten; // a disk that is nearly full takes a part
    }
    if (announcedBytes !== null && bytes !== announcedBytes) return await giveUp(place, 'CUT_OFF');
    await file.sync();
    fs.writeFileSync(`${place}.json`, JSON.stringify({ name, bytes }), { mode: 0o600 });
  } catch (error) {
    if (isDiskFull(error)) return await giveUp(place, 'DISK_FULL');
    const { code } = error as NodeJS.ErrnoException;
    await giveUp(place, 'CUT_OFF');
    if (code === undefined || code === 'ECONNRESET' || code === 'ABORT_ERR') return { ok: false, error: 'CUT_OFF' }; // the sender has gone
    throw error;
  } finally {
    await file.close();
  }
  return { ok: true, bytes };
}

async function giveUp(place: string, error: 'TOO_LARGE' | 'DISK_FULL' | 'CUT_OFF'): Promise<Received> {
  fs.rmSync(place, { force: true });
  fs.rmSync(`${place}.json`, { force: true });
  return { ok: false, error };
}

/** What an upload may still take. */
function freeBytes(): number {
  const { bavail, bsize } = fs.statfsSync(homeFolder('uploads'));
  return bavail * bsize - RESERVE_BYTES;
}

/** From here on the run owns the folder: nothing more can be sent to it. */
export function handOver(id: string): string {
  fs.rmSync(path.join(folderOf(id), 'upload.json'));
  return folderOf(id);
}

/** Removes an upload's folder; nothing else, whatever a row in the database says. */
export function removeSpool(folder: string) {
  if (path.dirname(path.resolve(folder)) === homeFolder('uploads')) fs.rmSync(folder, { recursive: true, force: true });
}

/** Removes what nobody has touched for a day. @param inUse folders that a run may still read */
export function sweepSpools(inUse: ReadonlySet<string>) {
  for (const name of fs.readdirSync(homeFolder('uploads'))) {
    const folder = folderOf(name);
    if (inUse.has(folder) || Date.now() - fs.statSync(folder).mtimeMs < ABANDONED_MS) continue;
    removeSpool(folder);
  }
}
