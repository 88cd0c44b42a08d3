import 'server-only';
import { cache } from 'react';
import { findAccess, loadPreferences, loadZone, requireTrail, requireTrails } from '@/features/access/loaders';
import { runMessageOf } from '@/features/runs/message';
import { getRun, listRuns } from '@/features/runs/queries';
import { hasEnded, runNumber } from '@/features/runs/schema';
import type { Loaded } from '@/features/trail/event-model';
import { ownOrigins } from '@/features/trail/mutations/record-act';
import { getEvent } from '@/features/trail/queries/get-event';
import { getNextSeq } from '@/features/trail/queries/head';
import { listEvents } from '@/features/trail/queries/list-events';
import { searchFilter } from '@/features/trail/question';
import { loadApart, readWithin } from '@/features/trail/read-within';
import { type EventSearch, type RawParams, readEventSearch } from '@/features/trail/schema';
import { nowText } from '@/lib/time';
import { listLeftOut } from './left-out';
import { type BundleLine, type BundlePage, bundleLine, bundlePage, leftOutText, runLine, type SampleEvent, sampleEvent } from './prepare';
import type { Preview } from './preview';
import { getBundle, getBundleAlias, listBundles } from './queries/bundles';
import { getNames, listCustody } from './queries/custody';
import { previewBundle } from './queries/preview';
import { type Download, openDownload } from './read-bundle';
import { type ExportFormat, openExport } from './read-export';
import { bundleIdParam } from './schema';

const PREVIEW_MS = 30_000;
const ROW_MS = 10_000;

/** Who made bundles and who took them out, as the trail `<host>/indelible` tells it, and the epochs in which it goes on; and which of these are left out. */
async function loadCustody(bundleIds: readonly string[]) {
  const origins = ownOrigins();
  const trails = await requireTrails();
  const own = trails.filter(({ trail }) => origins.includes(trail.origin));
  const custody = (await Promise.all(own.map(({ trail, scope }) => listCustody({ ...trail, scope }, bundleIds)))).flat();
  return { custody, leftOut: leftOutText(listLeftOut(trails.map(({ trail }) => trail))) };
}

/** The bundles of a trail, newest first, and the run that is asked for, goes on or failed last. */
export async function loadEvidence(alias: string, askedRun: string | undefined) {
  const { trail, session } = await requireTrail(alias);
  const [bundles, runs] = await Promise.all([listBundles(trail.trailId), listRuns(trail.trailId, { kinds: ['bundle'], limit: 20 })]);
  const { custody, leftOut } = await loadCustody(bundles.map((bundle) => bundle.bundleId));
  const lines: BundleLine[] = bundles.map((bundle) => bundleLine(alias, bundle, custody));
  const asked = runNumber.safeParse(askedRun);
  const shown = asked.success ? await getRun(trail.trailId, asked.data) : runs.find((run) => !hasEnded(run.state));
  const isBundle = shown?.kind === 'bundle';
  return {
    bundles: lines,
    leftOut,
    run: isBundle ? { message: runMessageOf(shown), line: runLine(alias, shown) } : null,
    isRunUnknown: askedRun !== undefined && !isBundle,
    mayMake: session.role !== 'auditor',
  };
}

/** One bundle with its custody; null when the trail has none of this id. */
export const loadBundle = cache(async (alias: string, id: string): Promise<BundlePage | null> => {
  const { trail } = await requireTrail(alias);
  const bundleId = bundleIdParam.safeParse(id);
  const bundle = bundleId.success ? await getBundle(trail.trailId, bundleId.data) : null;
  if (!bundle) return null;
  const { custody, leftOut } = await loadCustody([bundle.bundleId]);
  return bundlePage(alias, trail, bundle, custody, leftOut, await getNames(custody.map((event) => event.actorId)));
});

export type NewBundle = { asOf: number; sample: SampleEvent | null; preview: Promise<Loaded<Preview>>; mayMake: boolean };

/** What a bundle of this question would hold, on the state `asOf` that its link names, or the newest. */
export async function loadNewBundle(alias: string, search: EventSearch, askedAsOf: number | null): Promise<NewBundle> {
  const { trail, scope, session } = await requireTrail(alias);
  const filter = searchFilter(search);
  const first = await readWithin(scope, ROW_MS, async (tx) => {
    const next = await getNextSeq(tx, trail.trailId);
    const asOf = Math.min(askedAsOf ?? next, next);
    const { rows } = await listEvents(tx, trail.trailId, { filter, asOf }, null, 1);
    const record = rows[0] ? await getEvent(tx, trail, rows[0].seq) : null;
    return { asOf, sample: record && sampleEvent(record.row) };
  });
  const preview = loadApart(scope, PREVIEW_MS, (tx) => previewBundle(tx, trail.trailId, { filter, asOf: first.asOf }));
  return { ...first, preview, mayMake: session.role !== 'auditor' };
}

type Origin = { ip: string | null; userAgent: string | null };
type Refused = { ok: false; status: number; code: string; hint: string };

/** For the route that hands a bundle out: who may not see it learns so before the first byte, and so does whoever asks for one that has changed. */
export async function openBundleDownload(id: string, who: Origin): Promise<Extract<Download, { ok: true }> | Refused> {
  const bundleId = bundleIdParam.safeParse(id);
  const access = await findAccess((bundleId.success && (await getBundleAlias(bundleId.data))) || '');
  if (access === 'signed out') return { ok: false, status: 401, code: 'SIGNED_OUT', hint: 'sign in first' };
  if (access === 'no such trail' || !bundleId.success) return { ok: false, status: 404, code: 'BUNDLE_UNKNOWN', hint: 'there is no such bundle' };
  const { session, trail } = access;
  const download = await openDownload(trail.trailId, bundleId.data, { actor: { userId: session.userId, isAdmin: session.role === 'admin' }, ...who });
  if (download.ok) return download;
  return {
    ok: false,
    status: download.reason === 'BUNDLE_UNKNOWN' ? 404 : download.reason === 'BUNDLE_GONE' ? 410 : 409,
    code: download.reason,
    hint: download.hint,
  };
}

type OpenExport = { ok: true; fileName: string; bytes: AsyncGenerator<Buffer> };

/** For the route that exports a view: the question as the screen's address has it, pinned to what the screen has seen. */
export async function openTrailExport(alias: string, raw: RawParams, { signal, ...origin }: Origin & { signal: AbortSignal }): Promise<OpenExport | Refused> {
  const access = await findAccess(alias);
  if (access === 'signed out') return { ok: false, status: 401, code: 'SIGNED_OUT', hint: 'sign in first' };
  if (access === 'no such trail') return { ok: false, status: 404, code: 'TRAIL_UNKNOWN', hint: 'there is no such trail' };
  const format = raw.format === 'csv' || raw.format === 'jsonl' ? (raw.format as ExportFormat) : null;
  if (!format) return { ok: false, status: 400, code: 'FORMAT', hint: 'format is csv or jsonl' };
  const [{ now }, zone] = await Promise.all([loadPreferences(), loadZone(undefined)]);
  const read = readEventSearch(raw, now, zone);
  if (!read.ok) return { ok: false, status: 400, code: 'QUERY', hint: read.faults.map(({ param, message }) => `${param}: ${message}`).join(' ') };
  const asOf = asOfParam(raw.as_of);
  if (raw.as_of !== undefined && asOf === null) return { ok: false, status: 400, code: 'AS_OF', hint: 'as_of is the number of an event, in digits' };
  const { session, trail, scope } = access;
  const { bytes } = await openExport({
    trail,
    scope,
    filter: searchFilter(read.search),
    to: asOf ?? undefined,
    format,
    actor: { userId: session.userId, isAdmin: session.role === 'admin' },
    signal,
    ...origin,
  });
  return { ok: true, fileName: `${alias}-events-${nowText().slice(0, 19).replaceAll(/[-:]/g, '')}Z.${format}`, bytes };
}

/** `as_of` of an address: events from that number on are not seen; null when it names none. */
export function asOfParam(value: string | string[] | undefined): number | null {
  const text = [value].flat()[0];
  return text !== undefined && /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null;
}
