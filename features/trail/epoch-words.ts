import { formatCount } from '@/lib/format';
import type { EpochLoss } from './epoch-model';

type Loss = Pick<EpochLoss, 'here' | 'firstLost' | 'isBound' | 'proven' | 'found'>;

/** How what is not there as it was signed is told. @param is that of `events` */
export const lostWords = (events: string, is: 'is' | 'are', { here, firstLost, isBound }: Loss): string =>
  `${events} ${is} lost${firstLost < here ? `, or ${is} not what was signed` : ''}${isBound ? '; not every finding was kept, and earlier events may be among them' : ''}`;

/** How many were there. Where its row was gone as well, and so nothing to verify, only what bears a number that the database names was looked for. */
export function leftWords({ here, found }: Pick<Loss, 'here' | 'found'>): string {
  if (here > 0) return `${formatCount(here)} ${here === 1 ? 'was' : 'were'} left`;
  return found === null ? 'none was found under any number that the tables of trails, end markers and months name' : 'none was left';
}

/** What is there, and that nothing that was signed was compared with; null where all of it before the first that is lost was, or nothing is left. A sentence. */
export function unprovenWords({ here, firstLost, proven }: Loss): string | null {
  if (here === 0 || (proven !== null && proven >= Math.min(firstLost, here))) return null;
  if (proven === null) return `How much of the ${formatCount(here)} that ${here === 1 ? 'is' : 'are'} left was compared with what was signed is not told.`;
  const left = `Of the ${formatCount(here)} that are left`;
  return proven === 0 ? `${left}, none was shown to be what was signed.` : `${left}, only those below ${formatCount(proven)} were shown to be what was signed.`;
}

/** A sentence; null where there was nothing to verify. */
export const foundWords = ({ found }: Loss): string | null =>
  found &&
  `A verification before it found ${Object.entries(found)
    .toSorted()
    .map(([code, n]) => `${formatCount(n)} ${code}`)
    .join(', ')}.`;
