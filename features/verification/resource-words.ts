import { formatCount, formatLength, plural } from '@/lib/format';
import { shortName } from '@/lib/short-name';
import type { ShownResult } from './resource-schema';
import { foundSentence, NEW_KEY } from './verdict-sentence';

type Resource = { type: string; id: string };
type Shown = { code: string; seq: number | null; expected: string | null; found: string | null };

/** `merchant / M-2207`; a resource without a type or an id is named by what there is. */
export const resourceName = ({ type, id }: Resource): string => [type, id].filter((part) => part !== '').join(' / ') || 'no resource';

/** The same for a headline or a list: of a long name its last part, which tells it from the others; the whole stands beside it. */
export function shortResource({ type, id }: Resource, longest = 40): Resource {
  const last = shortName(id);
  return { type, id: last.length <= longest ? last : `…${last.slice(-Math.min(24, longest - 1))}` };
}

/**
 * The one sentence of the check of a resource: `All 8 events of merchant / M-2207 are as they were signed: sealed to 118,204, not anchored.` Isomorphic.
 * @param kept the findings that are at hand
 */
export function resourceSentence(resource: Resource, result: ShownResult, kept: readonly Shown[]): string {
  const { checked, proven, unsealed, state, findings } = result;
  const of = `of ${resourceName(resource)}`;
  const rest = restText(result);
  const tail = unsealed === 0 ? '' : ` ${unsealed === 1 ? 'One is' : `${formatCount(unsealed)} are`} not yet sealed.`;
  if (state === 'cancelled') return `Stopped after ${plural(checked, 'event')} ${of}; nothing is said of the others. ${rest}`.trim();
  if (findings > 0 && state === 'broken')
    return `${foundSentence(result.counts, kept)} ${checked === 0 ? `No event ${of} was there to check.` : `${rest}${tail}`}`.trim();
  if (checked === 0) return `No event ${of} was there to read: nothing was checked.`;
  const rotated = findings > 0 ? ` ${NEW_KEY}` : '';
  if (proven === 0) {
    return `${checked === 1 ? `The one event ${of} is` : `The ${formatCount(checked)} events ${of} are`} not yet sealed: no signed checkpoint reaches ${checked === 1 ? 'it' : 'them'}.${rotated}`;
  }
  const all = proven < checked ? `${plural(proven, 'event')} ${of}` : checked === 1 ? `The one event ${of}` : `All ${plural(checked, 'event')} ${of}`;
  const trust = result.isOutside
    ? `sealed to ${formatCount(result.size - 1)}, not anchored`
    : result.isOutside === null
      ? `sealed to ${formatCount(result.size - 1)}; whether that was known outside the database is not told`
      : "by checkpoints of the database's own list, with nothing outside to compare";
  return `${all} ${proven === 1 ? 'is as it was' : 'are as they were'} signed: ${trust}.${tail}${rotated}`;
}

/** Beside what is broken, what was proven and what could not be. */
function restText({ checked, proven, unproven }: ShownResult): string {
  const good = proven === 0 ? '' : `${formatCount(proven)} of ${plural(checked, 'event')} ${proven === 1 ? 'is as it was' : 'are as they were'} signed.`;
  return !unproven ? good : `${good} ${formatCount(unproven)} cannot be proven: the tree does not lead to the root that was signed.`.trim();
}

/** What was done with the events that were read. */
export function saidText({ checked, proven, unproven, isOutside, state }: ShownResult): string {
  const read = `${state === 'cancelled' ? 'Each event up to there' : 'Each of these events'} was read and hashed again: who, what, when, its content and its link to the event before.`;
  if (checked === 0) return 'No event was read.';
  const led =
    proven === 0
      ? ' None was led to a signed root.'
      : isOutside
        ? ` ${formatCount(proven)} of ${formatCount(checked)} were led to a root that is known outside the database.`
        : isOutside === null
          ? ` ${formatCount(proven)} of ${formatCount(checked)} were led to a signed root; whether that was known outside the database is not told.`
          : ` ${formatCount(proven)} of ${formatCount(checked)} were led to a root that a trusted key signed, by a checkpoint that the database alone keeps.`;
  return `${read}${led}${unproven ? ` ${formatCount(unproven)} could not be led to the root that was signed.` : ''}`;
}

/** What such a check can not say, always said beside it. */
export const NONE_MISSING =
  'That none is missing only a verification of everything can say: an event that was deleted, or that bears another name now, has no proof here that could fail.';

/** Whether rows are hidden from the screens, or why that is not known. */
export function viewText({ view }: Pick<ShownResult, 'view'>): string {
  switch (view) {
    case null:
      return 'Whether rows are hidden from the screens is not told by its event.';
    case 'whole':
      return 'The screens are shown the rows of this resource that were read, and the trail has as many rows as its end marker counts: none of these is hidden from them.';
    case 'differs':
      return 'Rows are hidden from the screens, or missing: see the finding.';
    case 'late':
      return 'Whether rows are hidden from the screens could not be counted in two seconds: a verification of everything says so.';
    case 'end marker':
      return 'Whether rows are hidden from the screens is not known: the end marker, which says how many there are, is not ours.';
    case 'lawfully gone':
      return 'Whether rows are hidden from the screens is not known here: rows of this trail are lawfully gone. A verification of everything says so.';
    case 'stopped':
      return 'Whether rows are hidden from the screens was not looked at.';
  }
}

/** `Checked in 9 ms`, and with the count of the trail apart where that took longer. */
export function tookText({ eventsMs, tookMs }: Pick<ShownResult, 'eventsMs' | 'tookMs'>): string {
  if (eventsMs === null || tookMs === null) return 'Not told.';
  const [events, all] = [msText(eventsMs), msText(tookMs)];
  return events === all ? `Checked in ${events}.` : `Checked in ${events}, with the count of the whole trail in ${all}.`;
}

const msText = (ms: number) => (ms < 995 ? `${Math.max(1, Math.round(ms))} ms` : formatLength(ms));
