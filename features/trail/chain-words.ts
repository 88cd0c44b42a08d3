import { formatCount } from '@/lib/format';
import type { EventDetail } from './event-model';

type Event = Pick<EventDetail, 'seq' | 'isPreviousLinked' | 'previous' | 'absentPrevious' | 'absentNext'>;

/** What is to be said of the links of an event to its neighbours: nothing where both are here and linked. Isomorphic. */
export function linkWords({ seq, isPreviousLinked, previous, absentPrevious, absentNext }: Event): { text: string; isWrong: boolean }[] {
  const here = `Event ${formatCount(seq)}`;
  const words: { text: string; isWrong: boolean }[] = [];
  const say = (isWrong: boolean, text: string) => words.push({ text, isWrong });
  if (previous && !isPreviousLinked)
    say(true, `The link is broken: event ${formatCount(seq)} names another predecessor than ${formatCount(seq - 1)} as it stands there now.`);
  if (seq === 0 && !isPreviousLinked) say(true, 'The link is broken: event 0 is not made over the hash of the trail’s name.');
  if (absentPrevious) {
    const before = formatCount(absentPrevious.seq);
    if (absentPrevious.link === 'signed')
      say(false, `The row of ${before} is not here. ${here} names the hash that was signed at that number: the tree leads it to the signed root.`);
    if (absentPrevious.link === 'broken') say(true, `The link is broken: ${here.toLowerCase()} names another hash than the one that was signed as ${before}.`);
    if (absentPrevious.link === 'unknown')
      say(true, `The row of ${before} is not here, and nothing leads the hash that ${here.toLowerCase()} names to a signed root: the link cannot be checked.`);
  }
  if (absentNext) {
    const after = formatCount(absentNext.seq);
    if (absentNext.link === 'signed')
      say(false, `The row of ${after} is not here. Its two halves, made over the hash of this event, give the hash that was signed as ${after}.`);
    if (absentNext.link === 'broken')
      say(true, `The link is broken: the hashes in the place of ${after}, made over the hash of this event, do not give what was signed.`);
    if (absentNext.link === 'unknown') say(false, `The row of ${after} is not here: whether it was made over the hash of this event cannot be checked here.`);
  }
  return words;
}
