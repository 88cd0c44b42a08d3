import type { StripCell } from '@/components/coverage-strip';
import { atLeast, formatCount, plural } from '@/lib/format';
import { ALL_TIME } from '@/lib/period';
import { formatMonth, formatWhen } from '@/lib/time';
import { awayWords } from './away-months';
import type { Coverage, CoverageMonth } from './shell';

const MAX_MONTHS = 36;
const NEWEST_WEIGHT = 1.6;

/**
 * Months → cells of the strip, oldest first; more than 36 months become quarters. Within a cell what is verified stands left, then what is sealed, what is not covered right; the newest leaves room
 * for the days of its month that are still to come. `eventsHref` gives the list of a month's events.
 */
export function coverageCells(coverage: Coverage, now: string, zone: string, eventsHref: (from: string, to: string) => string): StripCell[] {
  const groups = coverage.months.length > MAX_MONTHS ? quarters(coverage.months) : coverage.months.map((m) => [m]);
  const every = Math.max(1, Math.ceil(groups.length / 4));
  const place = placeNotches(groups, coverage.breaks, now);
  const sealedTo = sealedAsItStands(coverage);
  return groups.map((months, i) => {
    const [first, last] = [months[0] as CoverageMonth, months.at(-1) as CoverageMonth];
    const isNewest = i === groups.length - 1;
    const count = months.reduce((n, m) => n + m.lastSeq - m.firstSeq + 1, 0);
    const verified = months.reduce((n, m) => n + m.verified, 0);
    // what is both says verified; of a month that is broken nobody knows which of the rest the signature still covers
    const sealed = months.some((m) => m.state === 'broken') ? 0 : months.reduce((n, m) => n + sealedBeyond(m, sealedTo), 0);
    const away = months.reduce((n, m) => n + (m.away ? m.away.archived + m.away.disposed : 0), 0);
    const elapsed = isNewest ? elapsedOf(last.month, now) : 1;
    return {
      key: first.month,
      label: i === 0 || first.month.endsWith('-01') ? formatMonth(first.month) : formatMonth(first.month, false),
      title: `${months.length > 1 ? `${formatMonth(first.month)} – ${formatMonth(last.month)}` : formatMonth(first.month)}: ${formatCount(first.firstSeq)}–${formatCount(last.lastSeq)}, ${stateWords(months, { count, verified, sealed, away }, now, zone)}${awaySuffix(months)}`,
      href: eventsHref(monthStart(first.month), monthStart(nextMonth(last.month))),
      parts: parts(months, arePlaced(months, namedIn(months, coverage.breaks)), { count, verified, sealed, away }, elapsed),
      breaks: place(i),
      weight: isNewest ? NEWEST_WEIGHT : 1,
      foot: i % every === 0 ? formatCount(first.firstSeq) : undefined,
    };
  });
}

const NOTCH = 0.012; // of the strip's width: nearer ones are one notch
const LABEL = 0.05; // a number of six digits above it

/** Breaks whose event is named and lies in these months. */
const namedIn = (months: CoverageMonth[], breaks: Coverage['breaks']): number[] =>
  breaks.flatMap(({ seq }) => (seq !== null && seq >= (months[0] as CoverageMonth).firstSeq && seq <= (months.at(-1) as CoverageMonth).lastSeq ? [seq] : []));

/** Whether each break of these months can be drawn at its event. Of many some are named only: then nobody can say here which of the rest holds. */
const arePlaced = (months: CoverageMonth[], named: readonly number[]): boolean =>
  named.length > 0 && named.length >= countIn(months) && months.every((m) => m.breaks.isExact);
const countIn = (months: CoverageMonth[]): number => months.reduce((sum, m) => sum + m.breaks.count, 0);

/** Neighbouring breaks are drawn as one, `20,000 +11`; of a cell whose breaks have not all a place the first alone, `20,000 and more`; a label that would lie over the one before is left out, the cell's title still counts it. */
function placeNotches(groups: CoverageMonth[][], breaks: Coverage['breaks'], now: string) {
  const width = groups.length - 1 + NEWEST_WEIGHT;
  let labelEnd = Number.NEGATIVE_INFINITY;
  const cells = groups.map((months, i) => {
    const [first, last] = [months[0] as CoverageMonth, months.at(-1) as CoverageMonth];
    const count = last.lastSeq - first.firstSeq + 1;
    const isNewest = i === groups.length - 1;
    const [weight, elapsed] = isNewest ? [NEWEST_WEIGHT, elapsedOf(last.month, now)] : [1, 1];
    const notches: { at: number; seq: number; n: number }[] = [];
    const named = namedIn(months, breaks);
    const isPlaced = named.length === 0 || arePlaced(months, named);
    // what is gone from the end is missed where that is
    const gone = isNewest ? breaks.flatMap(({ seq }) => (seq !== null && seq > last.lastSeq ? [seq] : [])) : [];
    for (const seq of [...named, ...gone]) {
      const at = Math.min(1, (seq - first.firstSeq) / count) * elapsed;
      const near = notches.at(-1);
      if (near && (!isPlaced || ((at - near.at) * weight) / width < NOTCH)) near.n += 1;
      else notches.push({ at, seq, n: 1 });
    }
    return notches.map(({ at, seq, n }) => {
      const middle = (i + at * weight) / width;
      const label = `${formatCount(seq)}${isPlaced ? (n > 1 ? ` +${formatCount(n - 1)}` : '') : ' and more'}`;
      const half = (LABEL * label.length) / 7 / 2;
      const isFree = middle - half > labelEnd;
      if (isFree) labelEnd = middle + half;
      return { at, key: String(seq), label: isFree ? label : '' };
    });
  });
  return (i: number) => cells[i] ?? [];
}

const SEAL_BROKEN = new Set(['FORK', 'ROOT_MISMATCH', 'TILE_MISMATCH', 'TRUNCATED', 'HEAD_CUT', 'EQUIVOCATION', 'NOTE_REFUSED', 'UNKNOWN_KEY']);

/** How far what was signed may still be taken for what stands here: not past the first place where a verification found another. */
function sealedAsItStands({ sealedSize, events, breaks }: Coverage): number {
  const first = breaks.reduce((least, { seq, code }) => (SEAL_BROKEN.has(code) ? Math.min(least, seq ?? 0) : least), Number.POSITIVE_INFINITY);
  return sealedSize > events ? 0 : Math.min(sealedSize, first);
}

const sealedBeyond = ({ firstSeq, lastSeq, verified }: CoverageMonth, sealedTo: number): number =>
  Math.max(0, Math.min(sealedTo, lastSeq + 1) - (firstSeq + verified));

/** Events of a cell: all, those that are verified from its beginning on, and those behind them that are sealed only; of the verified those that are lawfully away. */
type Counts = { count: number; verified: number; sealed: number; away: number };

function parts(months: CoverageMonth[], arePlaced: boolean, { count, verified, sealed, away }: Counts, elapsed: number): StripCell['parts'] {
  const isBroken = months.some((m) => m.state === 'broken');
  const known = isBroken && !arePlaced ? 'broken' : 'verified';
  const share = isBroken && !arePlaced ? 1 : verified / count;
  const list: StripCell['parts'] = [];
  const gone = known === 'verified' ? away / count : 0;
  if (gone > 0) list.push({ state: 'away', share: gone * elapsed });
  if (share - gone > 1e-9) list.push({ state: known, share: (share - gone) * elapsed });
  const hatched = share < 1 ? sealed / count : 0;
  if (hatched > 0) list.push({ state: 'sealed', share: hatched * elapsed });
  const open = 1 - share - hatched;
  if (open > 1e-9) list.push({ state: 'open', share: open * elapsed });
  if (elapsed < 0.99) list.push({ state: 'future', share: 1 - elapsed });
  return list;
}

function stateWords(months: CoverageMonth[], { count, verified, sealed }: Counts, now: string, zone: string): string {
  const since = months
    .map((m) => m.since)
    .filter((s): s is string => s !== null)
    .sort()
    .at(-1);
  const when = since ? ` ${formatWhen(since, now, zone)}` : '';
  if (months.some((m) => m.state === 'broken')) {
    const breaks = countIn(months);
    const isExact = months.every((m) => m.breaks.isExact);
    return `${breaks === 0 ? 'broken' : atLeast(isExact, plural(breaks, 'break'))}, found${when}`;
  }
  if (verified >= count) return `verified${when}`;
  const open = count - verified - sealed;
  if (verified === 0 && open === 0) return 'sealed, not yet verified';
  if (verified === 0 && sealed === 0) return 'not covered';
  return [
    verified > 0 && `${formatCount(verified)} verified${when}`,
    sealed > 0 && `${formatCount(sealed)} ${verified > 0 ? 'more ' : ''}sealed`,
    open > 0 && `${formatCount(open)} not covered`,
  ]
    .filter(Boolean)
    .join(', ');
}

const awaySuffix = (months: CoverageMonth[]) => {
  const words = awayWords(months);
  return words === null ? '' : `, ${words}`;
};

function quarters(months: CoverageMonth[]): CoverageMonth[][] {
  const by = new Map<string, CoverageMonth[]>();
  for (const m of months) {
    const key = `${m.month.slice(0, 4)} ${Math.ceil(Number(m.month.slice(5, 7)) / 3)}`;
    by.set(key, [...(by.get(key) ?? []), m]);
  }
  return [...by.values()];
}

function elapsedOf(month: string, now: string): number {
  if (!now.startsWith(month)) return 1;
  const [start, end] = [Date.parse(monthStart(month)), Date.parse(monthStart(nextMonth(month)))];
  return Math.min(1, Math.max(0.1, (Date.parse(now) - start) / (end - start)));
}

/** The list of what was recorded in a month: a strip's months are those of recorded_at, in UTC. */
export const monthEvents = (alias: string) => (from: string, to: string) =>
  `/${encodeURIComponent(alias)}/events?from=${from}&to=${to}&axis=recorded_at&zone=UTC`;

const monthStart = (month: string): string => (month === '1970-01' ? ALL_TIME : `${month}-01T00:00:00Z`);
const nextMonth = (month: string): string => {
  const [y, m] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))];
  return m === 12 ? `${y + 1}-01` : `${y}-${String(m + 1).padStart(2, '0')}`;
};
