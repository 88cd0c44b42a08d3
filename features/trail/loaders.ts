import 'server-only';
import { cache } from 'react';
import { genesisHash } from '@/core/event';
import { findAccess, requireTrail, requireTrails } from '@/features/access/loaders';
import { createClassifier, currentCatalogue } from '@/features/catalogue/catalogue';
import { formatCount } from '@/lib/format';
import { type Json, readChanges } from './changes';
import { followingEpoch } from './epochs';
import type { Count, EmptyAdvice, EventDetail, EventLine, EventPage, Histogram, Loaded } from './event-model';
import { deedWords } from './event-words';
import { readHold } from './holds';
import { isProtectedFromDatabaseAdmin } from './protection';
import { getAbsentNeighbours } from './queries/absent-neighbours';
import { readOutside } from './queries/confirm-events';
import { countEvents } from './queries/count-events';
import { countTrailEvents } from './queries/count-trail-events';
import { getCoverage } from './queries/get-coverage';
import { findSeqByHash, findSeqById, getEvent, getNeighbours, listSameActor } from './queries/get-event';
import { countOthersBetween, getResourceFacts, kindsRecorded, listRecordedChanges, listResourceEvents } from './queries/get-resource';
import { getUnsealed } from './queries/get-unsealed';
import { getNextSeq } from './queries/head';
import { eventHistogram } from './queries/histogram';
import { type EventColumns, listEvents } from './queries/list-events';
import { countResources, findResources, listNewestOf, listResources, listTouchedLast, type ResourceCursor } from './queries/list-resources';
import { findNearest } from './queries/nearest-event';
import { sayAway } from './queries/say-away';
import { distinct, type SuggestKey, suggestValues } from './queries/suggest';
import { termsToFilter } from './query-fields';
import { searchFilter } from './question';
import { loadApart, readWithin } from './read-within';
import type { GapCounts, KindsRecorded, ResourceCounts, ResourceEventPage, ResourceFacts, ResourceKey, ResourcePage, ResourceState } from './resource-model';
import { stateAtTwo } from './resource-state';
import type { Cursor, EventSearch } from './schema';
import { liveSeal, readSealFiles } from './seal-state';
import type { LiveSeal, Shell, ShellTrail } from './shell';

export const PAGE_ROWS = 100;
const ROWS_MS = 10_000;
const FIGURES_MS = 20_000;
const SEAL_READ_MS = 3_000;

const classify = createClassifier(currentCatalogue);

/** What the frame around every page of a trail shows. */
export const loadShell = cache(async (alias: string): Promise<Shell> => {
  const { session, trail, scope } = await requireTrail(alias);
  const files = readSealFiles(trail.origin);
  const [coverage, trails, isProtected] = await Promise.all([getCoverage(scope, trail, files.sealedSize), loadTrails(), isProtectedFromDatabaseAdmin()]);
  return {
    trails,
    trail: {
      alias: trail.alias,
      origin: trail.origin,
      events: coverage.events,
      isSynthetic: trail.isSynthetic,
      isRefused: files.refusal !== null,
      goesOnIn: followingEpoch(trail.origin),
    },
    person: { name: session.name, email: session.email, role: session.role },
    coverage: { ...coverage, ...liveSeal(files, coverage, trail.isSynthetic, Date.now()), isProtectedFromDatabaseAdmin: isProtected },
    openFindings: coverage.breaks.length === 0 ? null : `${formatCount(coverage.breakCount)}${coverage.isBreakCountExact ? '' : '+'}`,
  };
});

/** The part of it that moves while a page is open. For a route, which tells a person that he is signed out instead of sending him somewhere. */
export async function loadLiveSeal(alias: string): Promise<LiveSeal | 'signed out' | 'no such trail'> {
  const access = await findAccess(alias);
  if (typeof access === 'string') return access;
  const { trail, scope } = access;
  const files = readSealFiles(trail.origin);
  const waits = await readWithin(scope, SEAL_READ_MS, (tx) => getUnsealed(tx, trail.trailId, files.sealedSize), null);
  return liveSeal(files, waits, trail.isSynthetic, Date.now());
}

/** The trails of the switcher, each counted within its own scope. */
async function loadTrails(): Promise<ShellTrail[]> {
  const all = await requireTrails();
  return Promise.all(
    all.map(async ({ trail: { trailId, alias, origin, isSynthetic }, scope }) => ({
      alias,
      origin,
      isSynthetic,
      isRefused: readHold(origin) !== null,
      goesOnIn: followingEpoch(origin),
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
  return loadApart(scope, FIGURES_MS, async (tx) => sayAway(tx, trail.trailId, await countEvents(tx, trail.trailId, { filter: searchFilter(search), asOf })));
}

/** The bars above the list; null when nothing matches. */
export async function loadHistogram(alias: string, search: EventSearch, asOf: number): Promise<Loaded<Histogram | null>> {
  const { trail, scope } = await requireTrail(alias);
  const { axis, zone, period } = search;
  return loadApart(scope, FIGURES_MS, async (tx) => {
    const chart = await eventHistogram(tx, trail.trailId, { filter: searchFilter(search), asOf, axis, zone, ...period });
    return chart && sayAway(tx, trail.trailId, chart);
  });
}

/** For an empty list: the nearest event that matches, and which term stands in the way. */
export async function loadEmptyAdvice(alias: string, search: EventSearch, asOf: number): Promise<Loaded<EmptyAdvice>> {
  const { trail, scope } = await requireTrail(alias);
  const { terms, filter } = search.query;
  return loadApart(scope, FIGURES_MS, async (tx) => {
    const nearest = await findNearest(tx, trail.trailId, { filter, asOf, ...search.period });
    // Where the query matches at no time, the period is not what stands in its way.
    const period = nearest ? search.period : { from: null, to: null };
    const without: EmptyAdvice['without'] = [];
    for (const [index] of terms.slice(0, 8).entries()) {
      const others = termsToFilter(terms.filter((_, i) => i !== index));
      const count = await countEvents(
        tx,
        trail.trailId,
        { filter: searchFilter({ ...search, period, query: { ...search.query, filter: others } }), asOf },
        { budgetMs: 300 },
      );
      if (count.events > 0) without.push({ index, ...count });
    }
    return { nearest, without: without.sort((a, b) => b.events - a.events) };
  });
}

/** One event with its place in the chain, hashed again; null where the trail has no such number. */
export async function loadEvent(alias: string, seq: number): Promise<EventDetail | null> {
  const { trail, scope } = await requireTrail(alias);
  const { guard } = readOutside(trail.origin);
  return readWithin(scope, ROWS_MS, async (tx) => {
    const record = await getEvent(tx, trail, seq);
    if (!record) return null;
    const { row, ...texts } = record;
    const { previous, next } = await getNeighbours(tx, trail.trailId, seq);
    const absent = await getAbsentNeighbours(tx, trail.trailId, guard, row, { previous, next });
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
      isSealed: seq < readSealFiles(trail.origin).sealedSize,
      previous,
      next,
      absentPrevious: absent.previous,
      absentNext: absent.next,
      isPreviousLinked: previous ? previous.eventHash === prev : seq === 0 ? prevHash.equals(genesisHash(trail.origin)) : absent.previous?.link === 'signed',
      sameActor: sameActor.map(lineOf),
    };
  });
}

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

const RESOURCE_ROWS = 50;
const GAP_CAP = 5_000;

/** Resources touched last, or in the order of their names, or those that hold what was typed; and the types there are. */
export async function loadResources(
  alias: string,
  ask: { type: string | null; find: string; sort: 'recent' | 'name'; cursor: ResourceCursor | null },
): Promise<ResourcePage & { types: string[] }> {
  const { trail, scope } = await requireTrail(alias);
  return readWithin(scope, ROWS_MS, async (tx) => {
    const types = ask.cursor ? [] : (await distinct(tx, trail.trailId, 'type', '', 200)).filter(Boolean);
    if (ask.sort === 'recent' && ask.find === '' && ask.type === null && !ask.cursor) {
      return { rows: await listTouchedLast(tx, trail.trailId, RESOURCE_ROWS * 2), hasPrevious: false, hasNext: false, types };
    }
    if (ask.find !== '' && ask.type === null) {
      const keys = await findResources(tx, trail.trailId, ask.find, RESOURCE_ROWS);
      return { rows: await listNewestOf(tx, trail.trailId, keys), hasPrevious: false, hasNext: false, types };
    }
    return { ...(await listResources(tx, trail.trailId, { type: ask.type, prefix: ask.find, cursor: ask.cursor, limit: RESOURCE_ROWS })), types };
  });
}

export async function loadResourceCounts(alias: string, keys: readonly ResourceKey[]): Promise<Loaded<ResourceCounts[]>> {
  const { trail, scope } = await requireTrail(alias);
  return loadApart(scope, FIGURES_MS, (tx) => countResources(tx, trail.trailId, keys));
}

/** A page of a resource's events, newest first. */
export async function loadResourceEvents(
  alias: string,
  key: ResourceKey,
  ask: { show: 'all' | 'changes' | 'reads'; cursor: Cursor | null },
): Promise<ResourceEventPage> {
  const { trail, scope } = await requireTrail(alias);
  return readWithin(scope, ROWS_MS, async (tx) => {
    const { rows, hasOlder } = await listResourceEvents(tx, trail.trailId, key, { ...ask, limit: PAGE_ROWS });
    const shown = rows.map(({ details, kind, ...row }) => ({
      ...lineOf(row),
      kind,
      words: deedWords(row),
      changed: readChanges(JSON.parse(details) as Json).map((change) => change.field),
    }));
    return { rows: shown, hasOlder };
  });
}

export async function loadResourceFacts(alias: string, key: ResourceKey): Promise<Loaded<ResourceFacts>> {
  const { trail, scope } = await requireTrail(alias);
  return loadApart(scope, FIGURES_MS, (tx) => getResourceFacts(tx, trail.trailId, key));
}

export async function loadKindsRecorded(alias: string, type: string): Promise<Loaded<KindsRecorded>> {
  const { trail, scope } = await requireTrail(alias);
  return loadApart(scope, 3_000, (tx) => kindsRecorded(tx, trail.trailId, type));
}

/** The fields of a resource at two moments; `a` null: when it was first seen, `b` null: now. */
export async function loadResourceState(alias: string, key: ResourceKey, a: string | null, b: string): Promise<Loaded<ResourceState>> {
  const { trail, scope } = await requireTrail(alias);
  return loadApart(scope, FIGURES_MS, async (tx) => {
    const { changes, isWhole } = await listRecordedChanges(tx, trail.trailId, key);
    // Just before the first change that is known, so that whatever changed since then differs.
    const start = a ?? (changes[0] ? beforeMs(changes[0].occurredAt) : b);
    return { fields: stateAtTwo(changes, start, b), a: start, b, changes: changes.length, isWhole };
  });
}

/** For the gaps of a timeline: whether others of the type were recorded meanwhile. */
export async function loadGapCounts(alias: string, key: ResourceKey, gaps: readonly { from: string; to: string }[]): Promise<Loaded<GapCounts>> {
  const { trail, scope } = await requireTrail(alias);
  return loadApart(scope, FIGURES_MS, async (tx) => {
    const others: Record<string, number> = {};
    for (const gap of gaps.slice(0, 12)) others[gap.to] = await countOthersBetween(tx, trail.trailId, key, gap, GAP_CAP);
    return { cap: GAP_CAP, others };
  });
}

const beforeMs = (at: string) => new Date(Date.parse(at) - 1).toISOString().replace('Z', '000Z');
