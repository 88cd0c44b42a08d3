import { atLeast, formatAge, formatCount, formatShare, plural } from '@/lib/format';
import { formatWhen } from '@/lib/time';
import type { Coverage } from './shell';

export type SentencePart = { text: string; tone: 'strong' | 'plain' | 'broken' | 'warning' };

/**
 * The one true sentence of the header strip, most important part first, joined by ` · `:
 * `2,913 events · verified 0 to 2,901 today 02:14 · 12 newer not yet verified · not sealed`.
 */
export function coverageSentence(coverage: Coverage, now: string, zone: string): SentencePart[] {
  const { events, verifiedTo, verifiedAt, newer, cutOff, breaks, running, refusal } = coverage;
  const parts: SentencePart[] = [];
  if (refusal !== null) parts.push({ text: 'nothing is appended', tone: 'broken' });
  if (breaks.length > 0) parts.push({ text: breakText(coverage), tone: 'broken' });
  parts.push({ text: plural(events, 'event'), tone: parts.length > 0 ? 'plain' : 'strong' });
  const isVerified = verifiedTo !== null && verifiedAt !== null;
  const gone = `${formatCount(cutOff)} ${isVerified ? 'after those ' : ''}${cutOff === 1 ? 'is' : 'are'} gone`;
  if (!isVerified && cutOff > 0) parts.push({ text: gone, tone: 'broken' });
  if (verifiedTo === null || verifiedAt === null) parts.push({ text: 'not yet verified', tone: 'plain' });
  else {
    parts.push({ text: `verified ${verifiedTo === 0 ? 'event 0' : `0 to ${formatCount(verifiedTo)}`} ${formatWhen(verifiedAt, now, zone)}`, tone: 'plain' });
    if (cutOff > 0) parts.push({ text: gone, tone: 'broken' });
    if (newer > 0) parts.push({ text: `${formatCount(newer)} newer not yet verified`, tone: 'plain' });
  }
  if (running) parts.push({ text: running.total ? `checking, ${formatShare(running.done / running.total)}` : 'checking', tone: 'strong' });
  parts.push(sealPart(coverage, now, zone));
  return parts;
}

/**
 * `sealed to 118,204, 31 events not yet sealed, oldest 3 s`; once nothing was signed for a minute, a state of its own, in amber: `not covered since 14:05, 1,204 events · sealer stopped ·
 * sealed to 118,204`. Nothing is claimed where rows are fewer than what was signed.
 */
export function sealPart(
  { events, sealedSize, oldestUnsealedMs, notCoveredSince }: Pick<Coverage, 'events' | 'sealedSize' | 'oldestUnsealedMs' | 'notCoveredSince'>,
  now: string,
  zone: string,
): SentencePart {
  const tone = 'plain';
  const age = oldestUnsealedMs === null ? '' : `, oldest ${formatAge(oldestUnsealedMs)}`;
  if (notCoveredSince !== null && sealedSize < events) {
    const since = formatWhen(notCoveredSince, now, zone).replace(/^today /, '');
    const sealed = sealedSize === 0 ? 'not sealed yet' : `sealed to ${formatCount(sealedSize - 1)}`;
    return { text: `not covered since ${since}, ${plural(events - sealedSize, 'event')} · sealer stopped · ${sealed}`, tone: 'warning' };
  }
  if (sealedSize === 0) return { text: `not sealed yet${age}`, tone };
  if (sealedSize > events)
    return { text: `sealed to ${formatCount(sealedSize - 1)}, of which only ${plural(events, 'event')} ${events === 1 ? 'is' : 'are'} here`, tone: 'broken' };
  const waiting = events - sealedSize;
  return { text: `sealed to ${formatCount(sealedSize - 1)}${waiting > 0 ? `, ${plural(waiting, 'event')} not yet sealed${age}` : ''}`, tone };
}

/** `2 breaks: 84,117 and 97,360`; `1 break: HEAD_FORGED` where no event can be named; three at most by number. */
function breakText({ breaks, breakCount: count, isBreakCountExact }: Coverage): string {
  const names = [...new Set(breaks.map((b) => (b.seq === null ? b.code : formatCount(b.seq))))];
  const shown = names.slice(0, 3);
  const rest = count > breaks.length ? count - shown.length : names.length - shown.length;
  const last = rest > 0 ? `${formatCount(rest)} more` : (shown.pop() as string);
  return `${atLeast(isBreakCountExact, plural(count, 'break'))}: ${shown.length > 0 ? `${shown.join(', ')} and ${last}` : last}`;
}

export const sentenceText = (parts: SentencePart[]): string => parts.map((p) => p.text).join(' · ');
