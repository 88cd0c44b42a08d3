import 'server-only';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import type { TrailId } from '@/db/scope';
import { type Actor, recordActNow } from '@/features/trail/mutations/record-act';
import { bundleFile } from './files';
import { getBundle } from './queries/bundles';

export type Download =
  | { ok: true; fileName: string; sizeBytes: number; sha256: string; bytes: AsyncGenerator<Buffer> }
  | { ok: false; reason: 'BUNDLE_UNKNOWN' | 'BUNDLE_GONE' | 'BUNDLE_CHANGED'; hint: string };

const READ_BYTES = 1024 * 1024;

type Who = { actor: Actor; ip?: string | null | undefined; userAgent?: string | null | undefined };

/**
 * Opens a bundle for somebody who takes it out: the file is hashed and compared with its row, then `bundle.downloaded` is recorded, and only then is there a first byte.
 * It is hashed again on its way; should it change in between, the last piece is held back and the stream fails.
 */
export async function openDownload(trailId: TrailId, bundleId: string, who: Who): Promise<Download> {
  const bundle = await getBundle(trailId, bundleId);
  if (!bundle) return { ok: false, reason: 'BUNDLE_UNKNOWN', hint: 'this trail has no such bundle' };
  const file = await fs.open(bundleFile(bundle.fileName), 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw cause;
  });
  if (!file)
    return {
      ok: false,
      reason: 'BUNDLE_GONE',
      hint: `${bundle.fileName} is not in INDELIBLE_HOME/bundles any more: make the bundle again, or put the file back`,
    };
  try {
    const found = await hashOf(file);
    if (found !== bundle.sha256) {
      await file.close();
      return {
        ok: false,
        reason: 'BUNDLE_CHANGED',
        hint: `${bundle.fileName} is not the file that was made: its SHA-256 is ${found}, recorded was ${bundle.sha256}. It is not handed out; make the bundle again and look who can write INDELIBLE_HOME/bundles`,
      };
    }
    await recordActNow({
      action: 'bundle.downloaded',
      resourceType: 'bundle',
      resourceId: bundleId,
      details: { bundle_id: bundleId, sha256: found },
      ...who,
    });
  } catch (cause) {
    await file.close();
    throw cause;
  }
  return { ok: true, fileName: bundle.fileName, sizeBytes: bundle.sizeBytes, sha256: bundle.sha256, bytes: readChecked(file, bundle.sha256) };
}

async function hashOf(file: fs.FileHandle): Promise<string> {
  const hash = crypto.createHash('sha256');
  for await (const piece of pieces(file)) hash.update(piece);
  return hash.digest('hex');
}

async function* readChecked(file: fs.FileHandle, sha256: string): AsyncGenerator<Buffer> {
  const hash = crypto.createHash('sha256');
  let held: Buffer | null = null;
  try {
    for await (const piece of pieces(file)) {
      hash.update(piece);
      if (held) yield held;
      held = Buffer.from(piece);
    }
    if (hash.digest('hex') !== sha256) throw new Error('the bundle changed while it was handed out');
    if (held) yield held;
  } finally {
    await file.close();
  }
}

async function* pieces(file: fs.FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
