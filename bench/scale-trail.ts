import type { Sql } from 'postgres';
import { headMac } from '@/core/mac';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { headMacKey } from '@/features/trail/mutations/keys';
import { loadScaleRows } from './scale-rows';

/** The trail that a subject reads: 0.8 KB events of twelve months, its head bound by this process's key, so that a verification finds it good. @returns its number */
export async function loadScaleTrail(sql: Sql, events: number, origin: string): Promise<number> {
  const key = headMacKey();
  const { trailId } = await loadScaleRows(sql, {
    events,
    origin,
    alias: origin.slice(origin.indexOf('/') + 1),
    logVkey: vkeyOf(origin, makeLogKey().publicKey),
    end: '2026-11-25T00:00:00Z',
    months: 12,
    mac: (nextSeq, lastHash) => headMac(key, origin, nextSeq, lastHash),
  });
  return trailId;
}
