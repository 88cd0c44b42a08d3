import { listTrails } from '@/features/access/queries';
import { listGuards } from './guard-file';
import { aliasOf } from './key-files';

/** Signed here, and gone from the database with its row: no list of trails names it any more. `events`: how many were signed. */
export type LostTrail = { alias: string; origin: string; events: number };

/**
 * Trails whose guard says that events were signed, and that the database has no row of. The list of trails is a table like others: who holds the database can take a whole trail
 * out of it and out of every other, and nothing that goes by that list would miss it.
 */
export async function listLostTrails(): Promise<LostTrail[]> {
  const signed = listGuards().filter(({ size }) => size > 0); // before the rows: a trail that is made meanwhile has its row first
  const there = new Set((await listTrails()).map(({ origin }) => origin));
  return signed.filter(({ origin }) => !there.has(origin)).map(({ origin, size }) => ({ alias: aliasOf(origin), origin, events: size }));
}
