import type { EventRow } from '@/core/event';
import type { Filter } from '@/core/filter';
import type { ShownRun } from '@/features/runs/queries';
import { filterToTerms } from '@/features/trail/query-terms';
import { formatTerms } from '@/features/trail/query-text';
import { formatCount } from '@/lib/format';
import { periodLabel } from '@/lib/period';
import { zoneName } from '@/lib/time';
import type { ShownBundle } from './queries/bundles';
import type { CustodyEvent } from './queries/custody';
import { type BundleParams, bundleResult } from './schema';

/** A row of the list. */
export type BundleLine = {
  id: string;
  /** The end of its id, which its file's name ends with too. */
  name: string;
  what: string;
  madeBy: string;
  at: string;
  level: string;
  events: number;
  sizeBytes: number;
  sha256: string;
  downloads: number;
  lastDownload: string | null;
  href: string;
  downloadHref: string;
};

export function bundleLine(alias: string, bundle: ShownBundle, custody: readonly CustodyEvent[]): BundleLine {
  const downloads = custody.filter((event) => event.bundleId === bundle.bundleId && event.action === 'bundle.downloaded');
  return {
    id: bundle.bundleId,
    name: shortName(bundle.bundleId),
    what: whatOf(bundle.params as Partial<BundleParams> | null, bundle),
    madeBy: madeBy(bundle),
    at: bundle.createdAt,
    level: bundle.level,
    events: bundleResult.safeParse(bundle.result).data?.matched ?? 0,
    sizeBytes: bundle.sizeBytes,
    sha256: bundle.sha256,
    downloads: downloads.length,
    lastDownload: downloads.at(-1)?.at ?? null,
    href: `/${alias}/evidence/${bundle.bundleId}`,
    downloadHref: `/api/v1/bundles/${bundle.bundleId}`,
  };
}

export const shortName = (bundleId: string): string => bundleId.slice(-8);

const madeBy = ({ createdBy, createdByName }: ShownBundle) => createdByName ?? (createdBy === null ? 'command line' : 'a former account');

/** `outcome:failure,denied, 10 – 11 Jul`, `all events, 0 to 2,900`: what was asked, as short as the query bar writes it. */
export function whatOf(params: Partial<BundleParams> | null, range: { filter: unknown; fromSeq: number; toSeq: number }): string {
  const question = params?.q ?? textOfFilter((range.filter as Filter | null) ?? null);
  const time = params?.time;
  const where = time
    ? `${periodLabel(time, time.to ?? time.from ?? '', time.zone)}, ${zoneName(time.zone)}`
    : range.toSeq > range.fromSeq
      ? `events ${formatCount(range.fromSeq)} to ${formatCount(range.toSeq - 1)}`
      : 'an empty range';
  return `${question || 'All events'}, ${where}`;
}

const textOfFilter = (filter: Filter | null) => (filter === null ? '' : formatTerms(filterToTerms(filter)));

/** A run that makes a bundle, before there is one. */
export type RunLine = { what: string /** The same question again. */; againHref: string; by: string };

export function runLine(alias: string, run: ShownRun): RunLine {
  const params = run.params as Partial<BundleParams>;
  const to = params.to ?? run.toSeq ?? 0;
  const search = new URLSearchParams();
  if (params.q ?? params.filter) search.set('q', params.q ?? textOfFilter(params.filter ?? null));
  if (params.time?.from) search.set('from', params.time.from);
  if (params.time?.to) search.set('to', params.time.to);
  if (params.time) search.set('zone', params.time.zone);
  if (params.time?.axis === 'recorded_at') search.set('axis', 'recorded_at');
  return {
    what: whatOf(params, { filter: params.filter ?? null, fromSeq: params.from ?? 0, toSeq: to }),
    againHref: `/${alias}/evidence/new?${search}`,
    by: run.startedByName ?? (run.startedBy === null ? 'command line' : 'a former account'),
  };
}

/** What of the custody of bundles is not shown; null of nothing. @param aliases of epochs of the product's own trail */
export const leftOutText = (aliases: readonly string[]): string | null =>
  aliases.length === 0
    ? null
    : `What the product's own trail tells of bundles in ${aliases.join(' and ')} is left out: no guard file in INDELIBLE_HOME leads there. Put back the one that is missing.`;

export type CustodyLine = { seq: number; at: string; who: string; what: string; hash: string; href: string };

/** What the page of a bundle shows. */
export type BundlePage = {
  line: BundleLine;
  origin: string;
  from: number;
  to: number;
  inRange: number | null;
  fileName: string;
  tagmanifestSha256: string;
  files: { path: string; sha256: string; size_bytes: number }[];
  custody: CustodyLine[];
  /** What of it is not shown; null of nothing. */
  leftOut: string | null;
  eventsHref: string;
};

const ACTS: Record<string, string> = { 'bundle.created': 'made', 'bundle.downloaded': 'downloaded' };

export function bundlePage(
  alias: string,
  trail: { origin: string },
  bundle: ShownBundle,
  custody: readonly CustodyEvent[],
  leftOut: string | null,
  names: Map<string, string>,
): BundlePage {
  const result = bundleResult.safeParse(bundle.result).data;
  const again = new URL(runLine(alias, { ...(bundle as unknown as ShownRun), startedBy: null }).againHref, 'http://x').searchParams;
  return {
    line: bundleLine(alias, bundle, custody),
    origin: trail.origin,
    from: bundle.fromSeq,
    to: bundle.toSeq,
    inRange: result?.in_range ?? null,
    fileName: bundle.fileName,
    tagmanifestSha256: bundle.tagmanifestSha256,
    files: result?.files ?? [],
    leftOut,
    custody: custody.map((event) => ({
      seq: event.seq,
      at: event.at,
      who: event.actorType === 'system' ? 'command line' : (names.get(event.actorId) ?? `account ${event.actorId}`),
      what: ACTS[event.action] ?? event.action,
      hash: event.eventHash,
      href: `/${event.alias}/events/${event.seq}`,
    })),
    eventsHref: `/${alias}/events?${again}`,
  };
}

/** One matching event, as much of it as the sheet shows. */
export type SampleEvent = { seq: number; members: { name: string; value: string; isDropped: boolean }[] };

export function sampleEvent(row: EventRow): SampleEvent {
  const members: [string, string | null][] = [
    ['recorded_at', row.recordedAt],
    ['action', row.action],
    ['actor_id', row.actorId],
    ['resource_id', row.resourceId],
    ['outcome', row.outcome],
    ['ip_address', row.ipAddress],
    ['user_agent', row.userAgent],
    ['session_id', row.sessionId],
    ['details', row.details],
  ];
  return {
    seq: row.seq,
    members: members.flatMap(([name, value]) =>
      value === null || value === '' ? [] : [{ name, value: value.slice(0, 300), isDropped: value === '[REDACTED]' }],
    ),
  };
}
