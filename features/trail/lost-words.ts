import { formatCount, plural } from '@/lib/format';
import { epochOf } from './epoch-name';
import type { UnreadFile } from './found-file';

type Row = { origin: string; alias: string };

/** What is said of a trail that was signed here and is gone, on every page and before every command. Isomorphic. */
export function lostWords({ alias, events, row, next }: { alias: string; events: number; row: Row | null; next: string | null }): string {
  const signed = `${formatCount(events)} event${events === 1 ? ' was' : 's were'} signed under the key of ${alias}`;
  const goesOn = next === null ? '' : ` It goes on in ${next}.`;
  return row === null
    ? `${signed}, and the trail is gone from the database.${goesOn}`
    : `${signed}, and the database has no such trail: a row names ${row.origin} under the alias ${row.alias}, which was never made here.${goesOn}`;
}

/** What is said of files of what was found in a trail that cannot be read. Isomorphic. */
export function unreadFoundWords(files: readonly UnreadFile[]): string {
  const first = files.find(({ isNewer }) => isNewer) ?? files[0];
  const named = `${first?.file}${first?.isNewer ? ', of a newer version' : ''}`;
  const others = files.length === 1 ? '' : `${first?.isNewer ? ',' : ''} and ${plural(files.length - 1, 'other')}`;
  return `What was found in this trail and not made good stands in INDELIBLE_HOME, in ${named}${others}, and cannot be read.`;
}

/** The same of what a run found and could not tell: the number of a trail is another's in another database. @param files places in the home; `runs`, the folder of them. Isomorphic. */
export function unreadUntoldWords(files: readonly string[]): string {
  const [first] = files;
  if (first === 'runs')
    return 'Whether a verification found something that it could not tell cannot be said: the folder runs in INDELIBLE_HOME cannot be read.';
  const others = files.length === 1 ? '' : ` and ${plural(files.length - 1, 'other')}`;
  return `What a verification found that was stopped, of this trail or of one of the same number in another database, stands in INDELIBLE_HOME, in ${first}${others}, and cannot be read.`;
}

/** Where their folder cannot be read, and what to do. Isomorphic. */
export const CLOSED_FOUND = {
  head: 'Whether something was found in this trail and not made good cannot be said: the folder found in INDELIBLE_HOME cannot be read.',
  rest: 'Give it back to the user that the server runs as, and never remove it: what was found may stand nowhere else.',
};

/** The same of a row that somebody else wrote. Isomorphic. */
export const foreignWords = ({ origin, alias }: Row): string =>
  epochOf(origin) === 1
    ? `The database names a trail ${origin} under the alias ${alias}, which was never made here.`
    : `The database names an epoch ${origin} under the alias ${alias}, and nothing in INDELIBLE_HOME says that it was made here: put back a newer home that has its files, or have the row taken away.`;
