import { listForeignTrails, listTrails } from '@/features/access/queries';
import { aliasOf } from './epoch-name';
import { followingEpoch } from './epochs';
import { listGuards } from './guard-file';

type Row = { origin: string; alias: string };

/**
 * Signed here, and gone from the database: no list of trails names it any more. `events`: how many were signed. `row`: one that bears its origin or its alias and not the other, as a
 * trail that was renamed in the database has. `next`: the alias of the epoch in which it goes on.
 */
export type LostTrail = Row & { events: number; row: Row | null; next: string | null };

/** Each of them, and each row of a trail that was never made here, is told of once: `foreign` are the rows of none that is gone. */
export async function listStrayTrails(): Promise<{ gone: LostTrail[]; foreign: Row[] }> {
  const gone = await listLostTrails();
  const rows = (await listForeignTrails()).map(({ origin, alias }) => ({ origin, alias }));
  const rowOf = (lost: Row) => rows.find(({ origin }) => origin === lost.origin) ?? rows.find(({ alias }) => alias === lost.alias) ?? null;
  const told = gone.map((lost) => ({ ...lost, row: rowOf(lost) }));
  return { gone: told, foreign: rows.filter((row) => !told.some((lost) => lost.row === row)) };
}

/**
 * Trails whose guard says that events were signed, and that the database has no row of. The list of trails is a table like others: who holds the database can take a whole trail
 * out of it and out of every other, and nothing that goes by that list would miss it.
 */
async function listLostTrails(): Promise<Omit<LostTrail, 'row'>[]> {
  const signed = listGuards().filter(({ size }) => size > 0); // before the rows: a trail that is made meanwhile has its row first
  const there = new Set((await listTrails()).map(({ origin }) => origin));
  return signed
    .filter(({ origin }) => !there.has(origin))
    .map(({ origin, size }) => {
      const next = followingEpoch(origin);
      return { alias: aliasOf(origin), origin, events: size, next: next === null ? null : aliasOf(next) };
    });
}
