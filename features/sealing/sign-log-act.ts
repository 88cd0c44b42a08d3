import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type ActAction, signAct } from '@/core/act';
import { canonicalJson } from '@/core/jcs';
import type { JsonObject } from '@/core/json';
import { sha256Hex } from '@/core/sha256';
import type { LogKey } from '@/core/vkey';
import { createExclusively } from '@/lib/files';
import { homeFolder } from '@/lib/home';
import { aliasOf } from '../trail/epoch-name';
import { appClock } from '../trail/mutations/batch-clock';
import { logKeyOf } from './log-key';

export type LogAct = { /** With the signature. */ details: JsonObject /** Call it in the transaction that has appended the act. */; keep: () => void };

/**
 * The details of an act with its signature (SPEC §12). The signer writes each to a file of its own beside the guard before it is released, so that whoever rules the database
 * cannot say that there was none: behind the append, which may be refused, and before its commit. A file says what was signed, the trail alone what was done: of a process that
 * was stopped between the two there is the file, and no act. The same act again is the same file.
 */
export function signLogAct(origin: string, action: ActAction, details: JsonObject, key: LogKey = logKeyOf(origin)): LogAct {
  const signed = signAct(origin, action, details, key);
  const content = { action, details: signed, signed_at: appClock(), trail: origin };
  const name = `${action}-${sha256Hex(canonicalJson(signed)).slice(0, 16)}.json`;
  return { details: signed, keep: () => void createExclusively(path.join(folderOf(origin), name), `${canonicalJson(content)}\n`) };
}

const rotation = z.object({ details: z.object({ old: z.string(), new: z.string() }), signed_at: z.string() });

/** When a key was named in the place of another, 27 characters; null where no file says so. */
export function rotatedAt(origin: string, vkey: string): string | null {
  for (const text of readKept(origin, 'key.rotated')) {
    const kept = rotation.safeParse(JSON.parse(text));
    if (kept.success && kept.data.details.new === vkey) return kept.data.signed_at;
  }
  return null;
}

/** The files of the acts of a kind, in no order: what was signed here, whether or not the trail has it. @throws where one cannot be read */
export function readKept(origin: string, action: ActAction): string[] {
  const folder = folderOf(origin);
  const isOne = (name: string) => name.startsWith(`${action}-`) && /^[0-9a-f]{16}\.json$/.test(name.slice(action.length + 1));
  return fs
    .readdirSync(folder)
    .filter(isOne)
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'));
}

function folderOf(origin: string): string {
  const folder = path.join(homeFolder('keys'), `${aliasOf(origin)}.acts`);
  fs.mkdirSync(folder, { mode: 0o700, recursive: true });
  return folder;
}
