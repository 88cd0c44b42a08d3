import fs from 'node:fs';
import path from 'node:path';
import { embeddedFolder } from '@/db/data-folder';
import { isOutOfReach } from '@/db/os-user';
import { runtime } from '@/db/runtime';
import { findServerPlace, isElsewhere, ownAddresses } from '@/db/server-place';
import { env } from '@/lib/env';
import { home } from '@/lib/home';
import { log } from '@/lib/log';

/**
 * SPEC §6: whether it is shown that whoever rules the database cannot sign or MAC what he changed. Of the embedded server its OS user is known, and the keys must be out of that
 * one's reach; any other must be on another machine, by a connection and not by the look of its address. Where nothing is shown the answer is no.
 */
export async function isProtectedFromDatabaseAdmin(): Promise<boolean> {
  const { isEmbedded, url } = await runtime();
  return isEmbedded ? isEmbeddedKeptOut() : isOnAnotherMachine(url);
}

/** PostgreSQL runs as the owner of its cluster: it starts as nobody else. */
function isEmbeddedKeptOut(): boolean {
  const folder = embeddedFolder(home());
  const cluster = folder === null ? undefined : fs.statSync(path.join(folder, 'data'), { throwIfNoEntry: false });
  return cluster !== undefined && isOutOfReach(path.join(home(), 'keys'), cluster.uid);
}

const KEPT_MS = 60_000; // every page asks

// Next bundles the screens apart from what runs beside them: one memory for both.
const shared = globalThis as { indeliblePlace?: { url: string; until: number; answer: Promise<boolean> } };

function isOnAnotherMachine(url: string): Promise<boolean> {
  const kept = shared.indeliblePlace;
  if (kept?.url === url && performance.now() < kept.until) return kept.answer;
  const answer = findServerPlace(url).then(
    (place) => isElsewhere(place, ownAddresses()),
    (err) => {
      log.warn({ err }, 'where the database server runs could not be found out');
      shared.indeliblePlace = undefined;
      return false;
    },
  );
  shared.indeliblePlace = { url, until: performance.now() + KEPT_MS, answer };
  return answer;
}

/** Whether one login does everything: it owns the tables then and can switch any trigger off, so that the three roles catch mistakes and not attackers. */
export async function hasOwnerLogin(): Promise<boolean> {
  const { isEmbedded } = await runtime();
  return !isEmbedded && !env().DATABASE_OWNER_URL;
}
