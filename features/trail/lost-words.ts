import { formatCount } from '@/lib/format';

/** What is said of a trail that was signed here and is gone, on every page and before every command. Isomorphic. */
export const lostWords = ({ alias, events }: { alias: string; events: number }): string =>
  `${formatCount(events)} event${events === 1 ? ' was' : 's were'} signed under the key of ${alias}, and the trail is gone from the database.`;

/** The same of a trail whose row somebody else wrote, or renamed. Isomorphic. */
export const foreignWords = ({ origin, alias }: { origin: string; alias: string }): string =>
  `The database names a trail ${origin} under the alias ${alias}, which was never made here.`;
