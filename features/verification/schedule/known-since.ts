import 'server-only';
import fs from 'node:fs';
import path from 'node:path';
import { aliasOf } from '@/features/trail/epoch-name';
import { home } from '@/lib/home';

/**
 * Since when a trail is known here, ms since 1970: its first key was made before event 0, and its file, which a rotation keeps under another name, lies outside the
 * database. Where the keys are elsewhere, what the database says.
 */
export function knownSince({ origin, createdAt }: { origin: string; createdAt: string }): number {
  const alias = aliasOf(origin);
  const folder = path.join(home(), 'keys');
  const isKey = (name: string) => name.startsWith(`${alias}.`) && /^\.(?:[0-9a-f]{8}\.)?key$/.test(name.slice(alias.length));
  const made = (fs.existsSync(folder) ? fs.readdirSync(folder) : []).filter(isKey).map((name) => fs.statSync(path.join(folder, name)).mtimeMs);
  return made.length > 0 ? Math.min(...made) : Date.parse(createdAt);
}
