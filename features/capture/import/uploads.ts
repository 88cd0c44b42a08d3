import { closedToImports } from './closed-trail';
import 'server-only';
import { z } from 'zod';
import { appTransaction } from '@/db/transaction';
import { type Access, findAccess } from '@/features/access/loaders';
import { createRun } from '@/features/runs/mutations/create-run';
import { listOpenRuns } from '@/features/runs/queries';
import { isDiskFull } from '@/lib/files';
import { formatBytes } from '@/lib/format';
import type { ImportParams } from './import-run';
import { importSettings } from './schema';
import { handOver, MAX_UPLOAD_BYTES, MAX_UPLOAD_FILES, makeSpool, readSpool, receiveFile, removeSpool, spooledFiles, sweepSpools, type Upload } from './spool';

// What the upload route calls: each asks who is there, and says in words what went wrong and how to go on.

/** `status` is HTTP's. `error` is stable, `message` for people. */
export type Answer<T> = { ok: true; value: T } | { ok: false; status: number; error: string; message: string; issues?: { path: string; message: string }[] };

const refuse = (status: number, error: string, message: string) => ({ ok: false as const, status, error, message });

const beginInput = z.object({ trail: z.string(), settings: importSettings });

/** Begins an upload: which trail, and how the files are to be read. @returns its id */
export async function beginUpload(input: unknown): Promise<Answer<{ upload: string }>> {
  const read = beginInput.safeParse(input);
  if (!read.success) {
    const issues = read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    return { ...refuse(422, 'INPUT', 'Something is missing or wrong.'), issues };
  }
  const gate = await mayImport(read.data.trail);
  if (!gate.ok) return gate;
  const { session, trail } = gate.value;
  sweepSpools(await spoolsInUse());
  try {
    return { ok: true, value: { upload: makeSpool({ userId: session.userId, alias: trail.alias, settings: read.data.settings }) } };
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    return refuse(WHY.DISK_FULL.status, 'DISK_FULL', WHY.DISK_FULL.message);
  }
}

const fileName = z
  .string()
  .min(1)
  .max(1000)
  .transform((name) => name.toWellFormed().replace(/\p{Cc}/gu, '·'));

const WHY = {
  TOO_LARGE: {
    status: 413,
    message: `At most ${formatBytes(MAX_UPLOAD_BYTES)} can be uploaded at once. The command line imports greater files where they lie.`,
  },
  TOO_MANY: { status: 413, message: `At most ${MAX_UPLOAD_FILES} files can be uploaded at once. Import the folder with the command line.` },
  DISK_FULL: { status: 507, message: 'The disk of the server is too full for this file. Nothing was imported. Make room, or import it with the command line.' },
  CUT_OFF: { status: 400, message: 'The file did not arrive whole. Nothing was imported. Send it again.' },
};

/** Takes one file. @param body its bytes as they come */
export async function takeUpload(
  id: string,
  name: string | null,
  body: ReadableStream<Uint8Array> | null,
  length: string | null,
): Promise<Answer<{ bytes: number }>> {
  const open = await ownUpload(id);
  if (!open.ok) return open;
  const read = fileName.safeParse(name);
  if (!read.success || !body) return refuse(422, 'INPUT', read.success ? 'The file is empty.' : 'Give the name of the file: ?name=');
  const announced = length === null || !/^\d+$/.test(length) ? null : Number(length);
  const received = await receiveFile(id, read.data, body as unknown as AsyncIterable<Uint8Array>, announced);
  if (received.ok) return { ok: true, value: { bytes: received.bytes } };
  return refuse(WHY[received.error].status, received.error, WHY[received.error].message);
}

/** All files are here: makes the run that imports them. */
export async function startUpload(id: string): Promise<Answer<{ run: number }>> {
  const open = await ownUpload(id);
  if (!open.ok) return open;
  const { access, upload } = open.value;
  const files = spooledFiles(id);
  if (files.length === 0) return refuse(422, 'INPUT', 'No file has been sent.');
  const spool = handOver(id);
  const params: ImportParams = { settings: upload.settings, files: files.map(({ path, name }) => ({ path, name })), spool };
  const run = await appTransaction((tx) => createRun(tx, { kind: 'import', trailId: access.trail.trailId, params, startedBy: access.session.userId }));
  return { ok: true, value: { run } };
}

/** The person does not want it any more. */
export async function dropUpload(id: string): Promise<Answer<null>> {
  const open = await ownUpload(id);
  if (!open.ok) return open;
  removeSpool(handOver(id));
  return { ok: true, value: null };
}

async function ownUpload(id: string): Promise<Answer<{ access: Access; upload: Upload }>> {
  const upload = readSpool(id);
  const gate = await mayImport(upload?.alias ?? '');
  if (!gate.ok && gate.status === 401) return gate;
  if (!upload || !gate.ok || upload.userId !== gate.value.session.userId)
    return refuse(404, 'NO_SUCH_UPLOAD', 'There is no such upload, or its import has begun.');
  return { ok: true, value: { access: gate.value, upload } };
}

async function mayImport(alias: string): Promise<Answer<Access>> {
  const access = await findAccess(alias);
  if (access === 'signed out') return refuse(401, 'SIGNED_OUT', 'You are signed out. Sign in and try again.');
  if (access === 'no such trail') return refuse(404, 'NO_SUCH_TRAIL', 'There is no such trail, or you may not see it.');
  if (access.session.role === 'auditor') return refuse(403, 'NOT_ALLOWED', 'An auditor looks on; an officer or administrator can import.');
  const closed = closedToImports(access.trail);
  if (closed) return refuse(409, closed.code, closed.message);
  return { ok: true, value: access };
}

async function spoolsInUse(): Promise<Set<string>> {
  const runs = await listOpenRuns('import');
  return new Set(runs.flatMap(({ params }) => (typeof params.spool === 'string' ? [params.spool] : [])));
}
