import { formatCount, plural } from '@/lib/format';
import { BLOCK_EVENTS, hasFiguresLeftOut } from './away-words';
import type { VerifyParams, VerifyResult } from './schema';

/** How far a run that has ended looked: what it did not compare it says nothing of. Isomorphic. */
export type Reach = {
  isCancelled: boolean;
  /** No event was there to read. */
  isEmpty: boolean;
  isDeep: boolean;
  /** Events of `[from,to)` were read. */
  from: number;
  to: number;
  /** A range with an end of its own was asked for. */
  isToGiven: boolean;
  /** The largest signed size whose root the rows have, 0 of none. */
  sealedTo: number;
  /** What lies beside the events was compared from here on alone; null: not told. */
  besideFrom: number | null;
  /** Listed checkpoints whose signature was not verified. */
  unopened: number;
  /** Where events are lawfully away. */
  away?: VerifyResult['away'];
  isStateLeftOut?: boolean | undefined;
  runsLeftOut?: string[] | undefined;
};

/** Pure. @param state that of the run's row */
export const reachOf = (
  { from, to, checked, sealedTo, resumed, away, listed, isStateLeftOut, runsLeftOut }: VerifyResult,
  asked: Pick<VerifyParams, 'to' | 'deep'>,
  state: string,
): Reach => ({
  isCancelled: state === 'cancelled',
  isEmpty: checked === 0,
  isDeep: asked.deep === true,
  from,
  to,
  isToGiven: asked.to !== undefined,
  sealedTo,
  besideFrom: resumed ? resumed.at : from,
  unopened: listed ? listed.compared - listed.opened : 0,
  ...(away ? { away } : {}),
  isStateLeftOut,
  runsLeftOut,
});

const NONE = 'none';
const not = (why: string) => `not looked at: ${why}`;
/** Of a run that was stopped: how far it came. */
export const stoppedAt = ({ to }: Pick<Reach, 'to'>): string => `it was stopped at ${formatCount(to)}`;
const stopped = (reach: Reach) => not(stoppedAt(reach));
/** Of what is compared while the events are read. */
const soFar = (reach: Reach) => `${NONE} among those looked at; ${stoppedAt(reach)}`;
const begun = (from: number) => not(`it began at ${formatCount(from)}`);
const UNTOLD = 'not told: it was taken up half-way';
const NO_SIZE = not('no signed size was reached');
const rangeOf = (from: number, to: number) => `${formatCount(from)} to ${formatCount(Math.max(from, to - 1))}`;
const HAS_END = not('the range that was asked for has an end');
const EMPTY = not('no event was there');

/** Stopped before the first event, or there was none. */
const unread = (reach: Reach) => (reach.isCancelled ? stopped(reach) : EMPTY);

const isHeadAway = ({ from, away = [] }: Reach) => from === 0 && away.some((place) => place.kind === 'archived' && place.from === 0);

/** What is said where nothing of a code was found: `none`, how far that reaches, or that it was not looked at and why. Pure. */
export function lookedAt(code: string, reach: Reach): string {
  const { isCancelled, isEmpty, isDeep, from, to, isToGiven, sealedTo, besideFrom, unopened } = reach;
  const noneIn = (first: number, end: number) => (isToGiven ? `${NONE} in ${rangeOf(first, end)}` : first > 0 ? `${NONE} from ${formatCount(first)} on` : NONE);
  const beside = besideFrom === null ? UNTOLD : noneIn(besideFrom, to);
  switch (code) {
    case 'HEAD_CUT':
      if (from > 0) return begun(from);
      if (isHeadAway(reach)) return `${NONE}: the oldest are archived, lawfully`;
      return isEmpty && isCancelled ? stopped(reach) : NONE; // of a trail without events too
    case 'TRUNCATED':
      return isCancelled ? stopped(reach) : isToGiven ? HAS_END : NONE;
    case 'FORK':
    case 'TILE_MISMATCH':
    case 'ROOT_MISMATCH':
      return sealedTo === 0 ? NO_SIZE : isCancelled || isToGiven ? `${NONE} up to ${formatCount(sealedTo - 1)}` : NONE;
    case 'COUNT_MISMATCH': {
      if (isCancelled) return stopped(reach);
      if (besideFrom === null) return UNTOLD;
      // of the blocks that were read whole; those that are not full have none
      const [first, end] = [Math.ceil(besideFrom / BLOCK_EVENTS) * BLOCK_EVENTS, Math.floor(to / BLOCK_EVENTS) * BLOCK_EVENTS];
      const isWhole = besideFrom === 0 && !isToGiven;
      if (!isWhole && first >= end) return not('they are kept of whole blocks of 65,536 events');
      const leftOut = [
        ...(isWhole ? [] : ['rows that no index holds']), // a run of everything counts the tables too
        ...(hasFiguresLeftOut(reach.away, to) ? ['blocks of which events are lawfully away'] : []),
      ];
      return leftOut.length === 0 ? noneIn(first, end) : `${noneIn(first, end)}; not looked at: ${leftOut.join(', ')}`;
    }
    case 'DERIVED_MISMATCH':
      return isCancelled || isEmpty ? unread(reach) : beside;
    case 'VIEW_MISMATCH':
      if (isCancelled || isEmpty || besideFrom === null) return lookedAt('DERIVED_MISMATCH', reach);
      if (!isDeep) return `${beside} by the filters that were drawn; what indexes hold is compared by a deep run`;
      if (isToGiven || besideFrom > 0) return `${beside}; sessions and requests by the filters that were drawn, searches by text or agent not looked at`;
      return `${beside}; searches by text or agent not looked at`;
    case 'SOURCE_GAP':
      return isCancelled ? stopped(reach) : isToGiven ? HAS_END : reach.away?.length ? 'none among the events that are here' : NONE; // what has not come may lie behind the end
    case 'STATE_UNLOGGED':
      if (isCancelled || isToGiven) return isCancelled ? stopped(reach) : HAS_END;
      return reach.isStateLeftOut ? not('what would explain them may be away') : exceptRuns(reach.runsLeftOut ?? []);
    case 'HEAD_FORGED':
      return isCancelled ? stopped(reach) : NONE;
    case 'UNKNOWN_KEY':
      if (isCancelled) return isEmpty ? stopped(reach) : soFar(reach);
      return unopened > 0 ? `${NONE} among those looked at; ${plural(unopened, 'signature')} not verified` : isEmpty ? EMPTY : NONE;
    case 'ERASURE_UNLOGGED':
      return isEmpty ? unread(reach) : isCancelled ? soFar(reach) : NONE;
    default:
      return isEmpty ? unread(reach) : NONE; // told of each event that is read
  }
}

/** Without the runs of trails of which what would tell of them may be gone. */
function exceptRuns(trails: readonly string[]): string {
  const [first, ...others] = trails;
  if (first === undefined) return NONE;
  return `${NONE}; runs of ${first}${others.length > 0 ? ` and ${plural(others.length, 'other trail')}` : ''} not looked at: events that would tell of them may be gone`;
}

/** Where neither end is found cut: what of both was looked at. Pure. */
export function endsText(reach: Reach): string {
  const [head, tail] = [lookedAt('HEAD_CUT', reach), lookedAt('TRUNCATED', reach)];
  if (head === NONE && tail === NONE) return 'complete, nothing cut';
  return [
    isHeadAway(reach) ? 'the oldest are archived, lawfully' : head === NONE ? 'the first event is here' : `oldest ${head}`,
    tail === NONE ? 'nothing of the newest is cut off' : `newest ${tail}`,
  ].join('; ');
}

/** Where no entry of an index differs: what was compared. Pure. */
export function indexesText(reach: Reach): string {
  const { isCancelled, isEmpty, isToGiven, to, besideFrom } = reach;
  if (isCancelled || isEmpty) return unread(reach);
  if (besideFrom === null) return UNTOLD;
  if (isToGiven) return `match the events ${rangeOf(besideFrom, to)}`;
  return besideFrom > 0 ? `match the events from ${formatCount(besideFrom)} on; below not looked at` : 'match the events';
}
