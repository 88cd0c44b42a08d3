// What a person does about a signer that refuses. Isomorphic; the reasons are those of the sealer and of core/signer-guard.ts.

/** Of a tree that is not the one that was signed, over events that are. */
export const tilesAdvice = (alias: string): string =>
  `ask who wrote to the table of tiles, and rebuild them from the events: “indelible trail tiles --trail ${alias}”, which changes nothing where these are not what was signed. Appends go on by themselves then, and no new epoch is for that.`;

const WORDS: [RegExp, string][] = [
  [
    /cannot be read/,
    'Give the file back to the user that Indelible runs as, who alone may read it: a command that was run as another user may have written it. Appends go on by themselves.',
  ],
  [
    /key file keys\S+ is (missing|damaged)/,
    'Put it back from the backup of INDELIBLE_HOME: no other key fits what was signed, and none is made anew. Appends go on by themselves.',
  ],
  [
    /guard file (is|says)/,
    'Put the guard file back from the backup of INDELIBLE_HOME that belongs to this database, and never make one by hand. Appends go on by themselves.',
  ],
  [/which says nothing/, 'Another file than ours lies there, or the name of one of ours is damaged. Appends go on by themselves once it is away.'],
  [
    /says nothing of what was rebuilt before/,
    'It cannot be read, or is damaged, and what it names is not recorded yet: give it back to the user that Indelible runs as, or put it back from the backup of INDELIBLE_HOME. Where that cannot be, keep a copy, note that the act is not recorded, and move it out of keys.',
  ],
  [
    /has looked yet/,
    'The signer looks within half a minute, and appends go on by themselves where all is there. Without a running server “indelible checkpoint” looks.',
  ],
  [
    /CLOCK_SUSPECT/,
    'The clock of the database and that of this server are more than five seconds apart. Check the time service on both machines. Appends go on by themselves once they agree.',
  ],
  [
    /MONTH_DETACHED/,
    'Somebody with the rights of a superuser detached this month’s part of the table. Verify now: that names the events that are missing with it. Have it attached again: appends go on by themselves then.',
  ],
  [
    /was renamed|which no row names/,
    'Somebody wrote to the table of trails. Change nothing else: have the row given its origin and its alias back, or put back, and verify then.',
  ],
  [/nothing of it was signed/, 'There is nothing to go on from.'],
  [/HEAD_FORGED/, "Somebody wrote to the trail's end marker. Change nothing, verify now, and ask who can write to the database."],
  [/is not to be sealed/, 'That row does not hold. Do not repair it: verify now and take the incident file.'],
];

/**
 * What is gone where the database does not hold what was appended and acknowledged, and not signed yet.
 * @param events how many the head row names. @param committed how many were appended
 */
export function lostAppends(events: number, committed: number): string {
  const last = `event ${committed - 1}`;
  if (events > committed) return `${last} that was appended here and acknowledged is gone, or another stands in its place`;
  if (events === committed) return `another ${last} was appended here and acknowledged than the one that the head row names`;
  return `${events + 1 === committed ? `${last} was` : `events ${events} to ${committed - 1} were`} appended here and acknowledged, and the head row stands at ${events}: the newest are gone`;
}

const lostAdvice = (alias: string): string =>
  `Restore a state of the database that has them: appends go on by themselves then, and a restart does not make them forgotten. Where there is none, note the numbers and the time, copy the files of the database before anything is written to it, and ask who wrote to it. Then “indelible guard adopt --trail ${alias}” records that they are lost and lets the trail go on; send these events again from where they came.`;

/** Nobody can say by itself any more whether the history is whole: a person does. */
const damagedAdvice = (alias: string): string =>
  `It may have named events that were acknowledged and are gone. Compare the newest events with what was sent, and with the log of the server; where some are missing, restore a state of the database that has them. Then “indelible guard adopt --trail ${alias}” verifies the trail wholly, records that what lies here is the history and that the file was damaged, puts the file aside and lets the trail go on.`;

/** A guard that is not there was taken away or not restored, or there never was one. */
const missingGuardAdvice = (alias: string): string =>
  `Put it back from the backup of INDELIBLE_HOME that belongs to this database, and never make one by hand. Where there never was one, as in a trail from before the seal, “indelible guard adopt --trail ${alias}” verifies the trail wholly and begins its guard.`;

/** The way on where no backup has what was signed. */
const epochAdvice = (alias: string): string =>
  `Where no backup has what was signed, “indelible trail epoch --trail ${alias}” begins a new epoch: a trail whose first event says what is lost; this one stays as it is.`;

const goneAdvice = (alias: string): string =>
  `If a backup was restored, restore one that reaches at least this far. If none was, events were deleted: change nothing, verify now and take the incident file. ${epochAdvice(alias)}`;

const rewrittenAdvice = (alias: string): string =>
  `History below the last signature is not what was signed. Do not repair it: verify now and take the incident file. ${epochAdvice(alias)}`;

/** One look at the last signed event does not tell which of the two it is. */
const eitherAdvice = (alias: string): string =>
  `Do not repair it: verify now, which says whether the events are whole. Where they are, ${tilesAdvice(alias)} Where they are not, take the incident file. ${epochAdvice(alias)}`;

const GONE_ON = 'This trail lost events that were signed, and is never appended to again: send events to that one, whose event 0 says what is lost.';

/** An epoch that is not wanted any more: it hinders nothing, and only who rules the database can take rows away. */
const unwantedAdvice = (alias: string): string =>
  `Nothing of it is signed, so that it ends nothing. To be rid of it, stop Indelible, move keys/${alias}.* out of INDELIBLE_HOME, and have a superuser of the database take away its rows (docs/backup.md): that it was begun stays told in the trail indelible, unless it is an epoch of that one. “indelible trail epoch” can begin it anew then.`;

const OF_ALIAS: [RegExp, (alias: string) => string][] = [
  [/was begun, and whether/, () => 'Put that right first: nothing of this one is signed meanwhile.'],
  [/is there again: that one goes on/, (alias) => `Verify the trail before, and send events to that one. ${unwantedAdvice(alias)}`],
  [
    /event 0 does not say what is lost now/,
    (alias) =>
      `Its event 0 cannot be written anew. Restore a state of the database in which the trail before has all that was signed: that one goes on by itself. ${unwantedAdvice(alias)}`,
  ],
  [
    /was begun, and is not finished/,
    (alias) => `“indelible trail epoch --trail ${alias.replace(/_e\d+$/, '')}” finishes it, and ends the trail before. ${unwantedAdvice(alias)}`,
  ],
  [/goes on in \S+$/, () => GONE_ON],
  [/appended here/, lostAdvice],
  [/guard file is missing/, missingGuardAdvice],
  [/refused is damaged/, damagedAdvice],
  [/an old database was restored|events are gone|newest are gone|has none of that number/, goneAdvice],
  [/or the tree that proves it is damaged/, eitherAdvice],
  [/another root|do not begin with|is not the one that was signed/, rewrittenAdvice],
  [/tiles/, (alias) => `The stored tree is not what was signed. Verify now: it says whether the events are whole. Where they are, ${tilesAdvice(alias)}`],
];

/** The next step, a sentence or more. */
export function refusalAdvice(reason: string, alias: string): string {
  const ofAlias = OF_ALIAS.find(([pattern]) => pattern.test(reason))?.[1];
  return ofAlias?.(alias) ?? WORDS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'Change nothing and verify now.';
}
