import 'server-only';
import { cache } from 'react';
import { requireTrail, requireTrails } from '@/features/access/loaders';
import { createClassifier, currentCatalogue } from '@/features/reports/catalogue/catalogue';
import type { Count, EmptyAdvice, EventDetail, EventLine, EventPage, Histogram, Loaded } from './event-model';
import { isProtectedFromDatabaseAdmin } from './protection';
import { countEvents } from './queries/count-events';
import { countTrailEvents } from './queries/count-trail-events';
import { getCoverage } from './queries/get-coverage';
import { findSeqByHash, findSeqById, getEvent, getNeighbours, listSameActor } from './queries/get-event';
import { getNextSeq } from './queries/head';
import { eventHistogram } from './queries/histogram';
import { type EventColumns, listEvents } from './queries/list-events';
import { findNearest } from './queries/nearest-event';
import { type SuggestKey, suggestValues } from './queries/suggest';
import { termsToFilter } from './query-fields';
import { isUnfiltered, searchFilter } from './question';
import { loadApart, readWithin } from './read-within';
import type { Cursor, EventSearch } from './schema';
import type { Shell, ShellTrail } from './shell';

export const PAGE_ROWS = 100;
const ROWS_MS = 10_000;
const FIGURES_MS = 20_000;

const classify = createClassifier(currentCatalogue);

/** What the frame around every page of a trail shows. */
export const loadShell = cache(async (alias: string): Promise<Shell> => {
  const { session, trail, scope } = await requireTrail(alias);
  const [coverage, trails, isProtected] = await Promise.all([getCoverage(scope, trail.trailId), loadTrails(), isProtectedFromDatabaseAdmin()]);
  return {
    trails,
    trail: { alias: trail.alias, origin: trail.origin, events: coverage.events, isSynthetic: trail.isSynthetic },
    person: { name: session.name, email: session.email, role: session.role },
    coverage: { ...coverage, isProtectedFromDatabaseAdmin: isProtected },
    openFindings: coverage.breaks.length,
  };
});

/** The trails of the switcher, each counted within its own scope. */
async function loadTrails(): Promise<ShellTrail[]> {
  const all = await requireTrails();
  return Promise.all(
    all.map(async ({ trail: { trailId, alias, origin, isSynthetic }, scope }) => ({
      alias,
      origin,
      isSynthetic,
      events: (await countTrailEvents(scope)).get(trailId) ?? 0,
    })),
  );
}

/** A page of the list. Without `asOf` the newest state, which comes back with it: what is loaded after it asks for the same. */
export async function loadEventPage(alias: string, search: EventSearch, at: { asOf: number; cursor: Cursor } | null): Promise<EventPage & { asOf: number }> {
  const { trail, scope } = await requireTrail(alias);
  return readWithin(scope, ROWS_MS, async (tx) => {
    const asOf = at?.asOf ?? (await getNextSeq(tx, trail.trailId));
    const { rows, ...more } = await listEvents(tx, trail.trailId, { filter: searchFilter(search), asOf }, at?.cursor ?? null, PAGE_ROWS);
    return { rows: rows.map(lineOf), ...more, asOf };
  });
}

/** How many there are: exact, or as many as a second could count. */
export async function loadEventCount(alias: string, search: EventSearch, asOf: number): Promise<Loaded<Count>> {
  const { trail, scope } = await requireTrail(alias);
  return loadApart(scope, FIGURES_MS, (tx) => countEvents(tx, trail.trailId, { filter: searchFilter(search), asOf }));
}

/** The bars above the list; null when nothing matches. */
export async function loadHistogram(alias: string, search: EventSearch, asOf: number): Promise<Loaded<Histogram | null>> {
  const { trail, scope } = await requireTrail(alias);
  const { axis, zone, period } = search;
  return loadApart(scope, FIGURES_MS, (tx) =>
    eventHistogram(tx, trail.trailId, { filter: searchFilter(search), asOf, isUnfiltered: isUnfiltered(search.query.filter), axis, zone, ...period }),
  );
}

/** For an empty list: the nearest event that matches, and which term stands in the way. */
export async function loadEmptyAdvice(alias: string, search: EventSearch, asOf: number): Promise<Loaded<EmptyAdvice>> {
  const { trail, scope } = await requireTrail(alias);
  const { terms, filter } = search.query;
  return loadApart(scope, FIGURES_MS, async (tx) => {
    const nearest = await findNearest(tx, trail.trailId, { filter, asOf, ...search.period });
    const without: EmptyAdvice['without'] = [];
    for (const [index] of terms.slice(0, 8).entries()) {
      const others = termsToFilter(terms.filter((_, i) => i !== index));
      const count = await countEvents(
        tx,
        trail.trailId,
        { filter: searchFilter({ ...search, query: { ...search.query, filter: others } }), asOf },
        { budgetMs: 300 },
      );
      if (count.events > 0) without.push({ index, ...count });
    }
    return { nearest, without: without.sort((a, b) => b.events - a.events) };
  });
}

/** One event with its place in the chain, hashed again; null where the trail has no such number. */
export const loadEvent = cache(async (alias: string, seq: number): Promise<EventDetail | null> => {
  const { trail, scope } = await requireTrail(alias);
  return readWithin(scope, ROWS_MS, async (tx) => {
    const record = await getEvent(tx, trail, seq);
    if (!record) return null;
    const { row, ...texts } = record;
    const { previous, next } = await getNeighbours(tx, trail.trailId, seq);
    const sameActor = row.actorId === '' ? [] : await listSameActor(tx, trail.trailId, row, 60_000, 3);
    const { headerSalt: _h, payloadSalt: _p, v: _v, prevHash, eventHash, ...shown } = row;
    const prev = prevHash.toString('hex');
    return {
      ...lineOf(shown),
      ...shown,
      ...texts,
      prevHash: prev,
      eventHash: eventHash.toString('hex'),
      category: classify(row.action)?.category ?? null,
      catalogue: currentCatalogue.version,
      previous,
      next,
      isPreviousLinked: previous ? previous.eventHash === prev : seq === 0,
      sameActor: sameActor.map(lineOf),
    };
  });
});

/** The number behind what somebody has in hand: a number, an event's id, or the beginning of its hash (8 hex digits or more). */
export async function findEvent(alias: string, text: string): Promise<number | null> {
  const { trail, scope } = await requireTrail(alias);
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const name = text.toLowerCase();
  return readWithin(scope, ROWS_MS, async (tx) => {
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)) return findSeqById(tx, trail.trailId, name);
    return /^[0-9a-f]{8,64}$/.test(name) ? findSeqByHash(tx, trail.trailId, name) : null;
  });
}

export async function loadSuggestions(alias: string, key: SuggestKey, typed: string): Promise<string[]> {
  const { trail, scope } = await requireTrail(alias);
  return readWithin(scope, 3_000, (tx) => suggestValues(tx, trail.trailId, key, typed));
}

const lineOf = (row: EventColumns): EventLine => ({ ...row, isPrivileged: classify(row.action)?.isPrivileged ?? false });
