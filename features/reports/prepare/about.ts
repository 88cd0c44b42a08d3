import type { Catalogue } from '@/features/catalogue/catalogue';
import { currentCatalogue } from '@/features/catalogue/catalogue';
import { awayWords } from '@/features/trail/away-months';
import type { Coverage, CoverageMonth } from '@/features/trail/shell';
import { atLeast, formatCount, plural } from '@/lib/format';
import { formatClock, formatDateTime, formatWhen, offsetAt } from '@/lib/time';
import type { ReportPeriod } from '../buckets';

/** One answer of *About this report*: lines of text, one of them perhaps a link. */
export type AboutItem = { question: string; lines: string[]; link?: { label: string; href: string } };
export type About = {
  report: string;
  version: number;
  items: AboutItem[];
  queries: { name: string; sql: string }[];
  /** Hex SHA-256 over the texts of the queries, each followed by a line feed. */
  sha256: string;
};

export type AboutFacts = {
  report: string;
  version: number;
  origin: string;
  isSynthetic: boolean;
  logic: string[];
  catalogue: Catalogue;
  period: ReportPeriod;
  /** More parameters, as a sentence without its full stop each. */
  parameters: string[];
  asOf: number;
  isFrozen: boolean;
  frozenHref: string;
  person: string;
  now: string;
  tieOut: string[];
  firstSeq: number | null;
  lastSeq: number | null;
  /** `events` null: not counted. */
  unclassified: { events: number | null; actions: string[]; href: string | null };
  coverage: Coverage | null;
  queries: { name: string; sql: string }[];
  sha256: string;
};

/** The four questions an auditor asks of whatever a system prints about itself, and whether the rows are proven. */
export function prepareAbout(facts: AboutFacts): About {
  const { report, version, queries, sha256 } = facts;
  return {
    report,
    version,
    queries,
    sha256,
    items: [
      {
        question: 'Where it comes from',
        lines: [
          `Trail ${facts.origin}, through the view event_view that every screen reads; hash version 1.${facts.isSynthetic ? ' Synthetic data: event 0 says so.' : ''}`,
        ],
      },
      { question: 'Which logic', lines: [...facts.logic, catalogueLine(facts.catalogue)] },
      {
        question: 'Which parameters',
        lines: parameterLines(facts),
        link: { label: facts.isFrozen ? 'The report as of now' : 'This report, frozen', href: facts.frozenHref },
      },
      {
        question: 'Is it all there',
        lines: [...facts.tieOut, ...rangeLines(facts), ...unclassifiedLines(facts)],
        ...(facts.unclassified.href ? { link: { label: 'Events not classified', href: facts.unclassified.href } } : {}),
      },
      { question: 'Is it proven', lines: provenLines(facts) },
    ],
  };
}

function catalogueLine({ version, sha256 }: Catalogue): string {
  const isAsPublished = version !== currentCatalogue.version || sha256 === currentCatalogue.sha256;
  return `Catalogue ${version}, SHA-256 ${sha256.slice(0, 8)}…${sha256.slice(-4)}${isAsPublished ? '.' : ', which is not the text that was published: somebody changed the table.'}`;
}

function parameterLines({ period, parameters, asOf, isFrozen, person, now }: AboutFacts): string[] {
  const { from, to, zone } = period;
  const at = (time: string) => `${formatDateTime(time, zone, time.endsWith(':00.000000Z') ? 'minute' : 'second')} ${offsetAt(time, zone, 'utc')}`;
  return [
    `${at(from)} to ${at(to)}, ${zone}, end excluded.`,
    ...parameters.map((text) => `${text}.`),
    `As of seq ${formatCount(asOf)}${isFrozen ? ', as the address asks' : ''}. Run by ${person}, ${formatClock(now, zone)} ${offsetAt(now, zone, 'utc')}.`,
  ];
}

function rangeLines({ firstSeq, lastSeq, asOf, coverage }: AboutFacts): string[] {
  const range =
    firstSeq === null || lastSeq === null
      ? []
      : [firstSeq === lastSeq ? `It is event ${formatCount(firstSeq)}.` : `They lie between events ${formatCount(firstSeq)} and ${formatCount(lastSeq)}.`];
  const gaps = coverage?.breaks.filter((one) => one.code === 'SEQ_GAP' || one.code === 'HEAD_CUT') ?? [];
  const checked = coverage?.verifiedTo;
  if (gaps.length > 0)
    return [
      ...range,
      `The newest verification names ${plural(gaps.length, 'gap')} in seq: ${gaps
        .slice(0, 3)
        .map((one) => (one.seq === null ? 'at the end' : `at ${formatCount(one.seq)}`))
        .join(', ')}${gaps.length > 3 ? ', …' : ''}.`,
    ];
  if (checked === null || checked === undefined) return [...range, 'Whether the numbers have gaps is not known: no verification has run.'];
  const away = awayWords(coverage?.months ?? []);
  const but = away === null ? '' : `, but ${away}`;
  return [
    ...range,
    checked >= (lastSeq ?? asOf)
      ? `No gap in seq up to there${but}.`
      : `No gap in seq up to ${formatCount(checked)}${but}; what came later is not checked yet.`,
  ];
}

function unclassifiedLines({ unclassified: { events, actions } }: AboutFacts): string[] {
  if (actions.length === 0) return ['Every action of the trail is classified.'];
  const names = actions.slice(0, 3).join(', ');
  return [
    `Not classified: ${events === null ? 'events not counted' : plural(events, 'event')} in the period, of ${plural(actions.length, 'action')} in the trail (${names}${actions.length > 3 ? ', …' : ''}).`,
  ];
}

function provenLines({ coverage, firstSeq, lastSeq, now, period }: AboutFacts): string[] {
  if (!coverage) return ['Not known.'];
  const { verifiedTo, verifiedAt, breaks, breakCount, isBreakCountExact, months, sealedSize } = coverage;
  const sealed = sealedSize > 0 ? `Sealed to ${formatCount(sealedSize - 1)}.` : 'Not sealed.';
  if (breaks.length > 0)
    return [
      `Broken: the newest verification names ${atLeast(isBreakCountExact, plural(breakCount, 'break'))}. Do not rely on events near ${breaks
        .map((one) => (one.seq === null ? one.code : formatCount(one.seq)))
        .slice(0, 3)
        .join(', ')}.`,
      sealed,
    ];
  if (verifiedTo === null) return sealedSize > 0 ? ['Not verified yet.', sealed] : ['Not verified yet, not sealed.'];
  const when = verifiedAt ? `, ${formatWhen(verifiedAt, now, period.zone)}` : '';
  const left = lastSeq === null ? 0 : Math.max(0, lastSeq - Math.max(verifiedTo, (firstSeq ?? 0) - 1));
  const isMonthWhole = (month: CoverageMonth) => month.state === 'verified';
  return [
    `Verified 0 to ${formatCount(verifiedTo)}${when}${months.every(isMonthWhole) ? ': the whole trail' : ''}.`,
    ...(left > 0 ? [`Up to ${plural(left, 'event')} of this range came later and are not verified yet.`] : []),
    sealed,
  ];
}
