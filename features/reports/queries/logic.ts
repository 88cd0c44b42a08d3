import { hash } from 'node:crypto';
import * as failed from './failed-access';
import * as privileged from './privileged';
import { queryText } from './sql';

export type Logic = { queries: { name: string; sql: string }[] /** Hex SHA-256 over the texts in this order, each followed by a line feed. */; sha256: string };

// The texts hold no value: whatever is asked, they are the same. So any input will do to write them down.
const range = { trailId: 0 as never, from: '', to: '', asOf: 0 };
const nothing = { privileged: [], login: [], lockout: [] };

function logicOf(queries: Logic['queries']): Logic {
  return { queries, sha256: hash('sha256', queries.map(({ sql }) => `${sql}\n`).join('')) };
}

/** The SQL of the privileged actions of a tab, as the database gets it, with $n for the values. */
export function privilegedLogic(tab: privileged.PrivilegedTab): Logic {
  const input = { ...range, tab, classes: nothing };
  return logicOf([
    { name: 'Bars, actors and figures', sql: queryText(privileged.summaryQuery({ ...input, bounds: [], zone: '' })) },
    { name: 'Rows', sql: queryText(privileged.rowsQuery({ ...input, before: null, limit: 0 })) },
  ]);
}

export function failedAccessLogic(): Logic {
  const input = { ...range, threshold: 0, windowMinutes: 0, classes: nothing };
  return logicOf([
    { name: 'Actors over the threshold (R03)', sql: queryText(failed.actorsQuery(input)) },
    { name: 'Figures', sql: queryText(failed.totalsQuery(input)) },
    { name: 'Spraying addresses (R04)', sql: queryText(failed.sprayQuery(input)) },
    { name: 'Guessed right after (R06)', sql: queryText(failed.guessQuery(input)) },
    { name: 'Bars', sql: queryText(failed.barsQuery({ ...range, bounds: [] })) },
    { name: 'Weekday and hour', sql: queryText(failed.mapQuery({ ...range, zone: '', byDate: false })) },
  ]);
}
