import 'server-only';
import { loadPreferences, loadZone, requireTrail } from '@/features/access/loaders';
import { currentCatalogue } from '@/features/catalogue/catalogue';
import type { Loaded } from '@/features/trail/event-model';
import { loadShell } from '@/features/trail/loaders';
import { loadApart, readWithin } from '@/features/trail/read-within';
import { formatCount } from '@/lib/format';
import { type ReportPeriod, startOfLocalDay } from './buckets';
import { all, eventsHref, isOneOf } from './links';
import { recordView } from './mutations/record-view';
import { type About, prepareAbout } from './prepare/about';
import {
  type FailedChartsModel,
  type FailedThresholdModel,
  prepareFailedCharts,
  prepareSpray,
  prepareSprayRows,
  prepareThreshold,
  type SprayModel,
  type SprayRow,
} from './prepare/failed-access';
import { type PrivilegedLine, type PrivilegedModel, prepareLine, preparePrivileged } from './prepare/privileged';
import { classifyActions, getAsOf } from './queries/catalogue';
import { spray } from './queries/failed-access';
import { failedAccessLogic, type Logic, privilegedLogic } from './queries/logic';
import { listPrivileged, type PrivilegedTab } from './queries/privileged';
import { readFailedAccess, readThreshold } from './queries/read-failed-access';
import { type PrivilegedReading, pageRows, readPrivilegedFigures, readPrivilegedPage } from './queries/read-privileged';
import { getExtent } from './queries/recorded';
import { failedAccessReport, privilegedReport } from './report-ids';
import { failedAccessParams, type ParamFault, privilegedParams, type RawParams, readParams, type ShownReport, standardPeriod } from './schema';

const limitMs = 20_000;

export type Faulty = { ok: false; faults: ParamFault[] };
export type PrivilegedView = {
  ok: true;
  shown: ShownReport;
  tab: PrivilegedTab;
  tabs: Record<PrivilegedTab, number>;
  lines: PrivilegedLine[];
  hasMore: boolean;
  nearest: string | null;
  /** Acts say that events may be archived or disposed of. */
  mayLack: boolean;
  /** What takes longer than the rows: its fault belongs to its own places on the page. */
  figures: Promise<Loaded<PrivilegedModel>>;
  /** With what the figures say of it; without them it says that they are not there. */
  about: Promise<About>;
};

/** R02 for its screen. Looking at it is an act of the person's, recorded before anything is shown. */
export async function loadPrivileged(alias: string, raw: RawParams): Promise<PrivilegedView | Faulty> {
  const { session, trail, scope } = await requireTrail(alias);
  const [{ now }, zone, { coverage }] = [await loadPreferences(), await loadZone(raw.zone), await loadShell(alias)];
  const asked = readParams(privilegedParams, ['from', 'to', 'asof', 'tab'], raw, standardPeriod.privileged, now, zone);
  if (!asked.ok) return asked;
  const { tab } = asked.params;
  const isFrozen = asked.params.asof !== undefined;
  const { trailId } = trail;

  const { asOf, period, classes, tabs, rows, nearest, mayLack } = await readWithin(scope, limitMs, async (tx) => {
    const newest = await getAsOf(tx, trailId);
    const asOf = Math.min(asked.params.asof ?? newest, newest);
    const period = await wholePeriod(asked.period, zone, now, () => getExtent(tx, { trailId, asOf }));
    return { asOf, period, ...(await readPrivilegedPage(tx, { trailId, period, asOf, tab }, currentCatalogue.version)) };
  });
  const shown: ShownReport = { alias, ...period, asOf };
  const { id: report, version } = privilegedReport;
  await recordView({ userId: session.userId, origin: trail.origin, report, version, params: { ...period, tab }, asOf, rowCount: tabs[tab] });

  const lines = rows.slice(0, pageRows).map((row) => prepareLine(alias, row, classes.classify));
  const reading = loadApart(scope, limitMs, (tx) => readPrivilegedFigures(tx, { trailId, period, asOf, tab }, classes));
  const figures = reading.then((read) => (read.ok ? { ...read, value: modelOf(read.value) } : read));
  const about = Promise.all([reading, figures]).then(([read, drawn]) => {
    const { firstSeq, lastSeq } = read.ok ? read.value.summary : { firstSeq: null, lastSeq: null };
    return aboutOf({
      report,
      version,
      logic: [privilegedWords[tab], counted],
      texts: privilegedLogic(tab),
      parameters: ['No other filter'],
      tieOut: drawn.ok
        ? drawn.value.tieOut
        : [`${formatCount(tabs[tab])} in the table. The other figures could not be read, so that nothing was held against it.`],
      firstSeq,
      lastSeq,
      unclassified: { events: read.ok ? read.value.unclassified : null, actions: classes.unclassified },
      frozen: { path: 'privileged', params: { tab } },
      isFrozen,
      shown,
      person: session.name,
      now,
      origin: trail.origin,
      isSynthetic: trail.isSynthetic,
      catalogue: classes.catalogue,
      coverage,
    });
  });
  return { ok: true, shown, tab, tabs, lines, hasMore: rows.length > pageRows, nearest, mayLack, figures, about };

  function modelOf(read: PrivilegedReading): PrivilegedModel {
    return preparePrivileged({ ...read, alias, tab, period, classes, now, counted: tabs[tab], mayLack });
  }
}

const privilegedWords: Record<PrivilegedTab, string> = {
  people:
    'Events by users and admins where the action is flagged privileged in the catalogue, or the actor is an admin. Failed log-ins as an admin are left out: the name is only claimed. A ticket is missed where a flagged act names none.',
  services: 'Events by services where the action is flagged privileged in the catalogue.',
  system: 'All events by system actors, flagged or not: they act with the machine’s own rights and are never mixed with people.',
};
const counted =
  'Bars, actors and tickets are counted event by event. The totals of the tabs and of the period before come from the counts kept of each full block of 65,536 events, which a full verification counts again, and from the events after them.';

/** The next rows of the same report: same period, same as-of. Not a view of its own. */
export async function loadPrivilegedPage(
  shown: ShownReport,
  tab: PrivilegedTab,
  before: { occurredAt: string; seq: number },
): Promise<{ lines: PrivilegedLine[]; hasMore: boolean }> {
  const { trail, scope } = await requireTrail(shown.alias);
  return readWithin(scope, limitMs, async (tx) => {
    const classes = await classifyActions(tx, trail.trailId, currentCatalogue.version);
    const rows = await listPrivileged(tx, { trailId: trail.trailId, ...shown, tab, classes, before, limit: pageRows + 1 });
    return { lines: rows.slice(0, pageRows).map((row) => prepareLine(shown.alias, row, classes.classify)), hasMore: rows.length > pageRows };
  });
}

export type FailedAccessView = {
  ok: true;
  shown: ShownReport;
  threshold: number;
  window: number;
  over: FailedThresholdModel;
  charts: FailedChartsModel;
  spraying: SprayRow[];
  spray: SprayModel | null;
  about: About;
  nearest: string | null;
};

/** R03, R04 and R06 for their screen. Looking at it is an act of the person's, recorded before anything is shown. */
export async function loadFailedAccess(alias: string, raw: RawParams): Promise<FailedAccessView | Faulty> {
  const { session, trail, scope } = await requireTrail(alias);
  const [{ now }, zone, { coverage }] = [await loadPreferences(), await loadZone(raw.zone), await loadShell(alias)];
  const asked = readParams(failedAccessParams, ['from', 'to', 'asof', 'threshold', 'window'], raw, standardPeriod.failedAccess, now, zone);
  if (!asked.ok) return asked;
  const { threshold, window } = asked.params;
  const { trailId } = trail;

  const read = await readWithin(scope, limitMs, async (tx) => {
    const newest = await getAsOf(tx, trailId);
    const asOf = Math.min(asked.params.asof ?? newest, newest);
    const period = await wholePeriod(asked.period, zone, now, () => getExtent(tx, { trailId, asOf }));
    return { asOf, period, ...(await readFailedAccess(tx, { trailId, period, asOf, threshold, windowMinutes: window, catalogue: currentCatalogue.version })) };
  });
  const { asOf, period, classes, totals } = read;
  const shown: ShownReport = { alias, ...period, asOf };
  const over = prepareThreshold({ ...read, alias, threshold, windowMinutes: window, recordsLockouts: classes.lockout.length > 0 });
  const first = read.spraying.find((one) => one.accounts >= spray.accounts);
  const { id: report, version } = failedAccessReport;
  await recordView({ userId: session.userId, origin: trail.origin, report, version, params: { ...period, threshold, window }, asOf, rowCount: totals.total });

  const about = aboutOf({
    report,
    version,
    logic: [
      'Events that failed or were denied. An actor is over the threshold when so many of them lie within the sliding window that ends with one of the period. Events that name nobody are grouped by address.',
      `Spraying: ${spray.accounts} accounts from one address within ${spray.windowMinutes} minutes, shown from ${spray.warn} on. Guessed: a log-in that succeeds after 5 failures within the hour; the count begins again at each success.`,
    ],
    texts: failedAccessLogic(),
    parameters: [`Threshold ${formatCount(threshold)} in ${formatCount(window)} minutes`],
    tieOut: over.ties ? over.tieOut : [...over.tieOut, 'These figures should be equal and are not: do not use this report.'],
    firstSeq: totals.firstSeq,
    lastSeq: totals.lastSeq,
    unclassified: { events: read.unclassified, actions: classes.unclassified },
    frozen: { path: 'failed-access', params: { threshold: String(threshold), window: String(window) } },
    isFrozen: asked.params.asof !== undefined,
    shown,
    person: session.name,
    now,
    origin: trail.origin,
    isSynthetic: trail.isSynthetic,
    catalogue: classes.catalogue,
    coverage,
  });
  return {
    ok: true,
    shown,
    threshold,
    window,
    over,
    charts: prepareFailedCharts({ ...read, alias, now }),
    spraying: prepareSprayRows({ alias, period }, read.spraying, classes.login),
    spray: first ? prepareSpray({ alias, period }, first, read.attempts, classes.login) : null,
    about,
    nearest: read.nearest,
  };
}

/** The same report with another threshold or window. Not a view of its own. */
export async function loadFailedAgain(shown: ShownReport, threshold: number, windowMinutes: number): Promise<FailedThresholdModel> {
  const { trail, scope } = await requireTrail(shown.alias);
  const { alias, from, to, zone, asOf } = shown;
  const period = { from, to, zone };
  const read = await readWithin(scope, limitMs, (tx) =>
    readThreshold(tx, { trailId: trail.trailId, period, asOf, threshold, windowMinutes, catalogue: currentCatalogue.version }),
  );
  return prepareThreshold({ ...read, alias, period, threshold, windowMinutes, recordsLockouts: read.classes.lockout.length > 0 });
}

/** Two ends for a period that has none: from the day of the first event on, and up to now. */
async function wholePeriod(
  period: { from: string | null; to: string | null },
  zone: string,
  now: string,
  extent: () => Promise<{ first: string | null; last: string | null }>,
): Promise<ReportPeriod> {
  const to = period.to ?? now;
  if (period.from !== null) return { from: period.from, to, zone };
  const { first, last } = await extent();
  const from = startOfLocalDay(first ?? now, zone);
  // a trail of old logs alone would be a chart of mostly nothing: it ends with the day of its newest event
  const end = period.to === null && last !== null && last < now ? startOfLocalDay(last, zone, 1) : to;
  return { from, to: earlier(end, to), zone };
}

const earlier = (a: string, b: string) => [a, b].sort()[0] as string;

type AboutInput = Omit<Parameters<typeof prepareAbout>[0], 'period' | 'asOf' | 'queries' | 'sha256' | 'unclassified' | 'frozenHref'> & {
  shown: ShownReport;
  texts: Logic;
  unclassified: { events: number | null; actions: string[] };
  frozen: { path: string; params: Record<string, string> };
};

function aboutOf({ shown, texts, unclassified, frozen, ...facts }: AboutInput): About {
  const { alias, from, to, zone, asOf } = shown;
  const address = new URLSearchParams({ ...frozen.params, from, to, zone, ...(facts.isFrozen ? {} : { asof: String(asOf) }) });
  const href = unclassified.events !== 0 ? eventsHref({ alias, from, to, zone }, all(isOneOf('action', unclassified.actions))) : null;
  return prepareAbout({
    ...facts,
    ...texts,
    period: { from, to, zone },
    asOf,
    unclassified: { ...unclassified, href },
    frozenHref: `/${encodeURIComponent(alias)}/reports/${frozen.path}?${address}`,
  });
}
