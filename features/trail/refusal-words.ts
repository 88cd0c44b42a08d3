// What a person does about a signer that refuses. Isomorphic; the reasons are those of the sealer and of core/signer-guard.ts.

const WORDS: [RegExp, string][] = [
  [
    /appended here/,
    'Note the numbers and the time: only the process that appended them remembers them, so after a restart of it nothing refuses any more, and a verification does not miss them. Copy the files of the database before anything is written to it, ask who wrote to it, and send these events again from where they came.',
  ],
  [
    /guard file (is|says)/,
    'Put the guard file back from the backup of INDELIBLE_HOME that belongs to this database, and never make one by hand. Appends go on by themselves.',
  ],
  [
    /CLOCK_SUSPECT/,
    'The clock of the database and that of this server are more than five seconds apart. Check the time service on both machines. Appends go on by themselves once they agree.',
  ],
  [
    /an old database was restored|events are gone|the newest are gone|has none of that number/,
    'If a backup was restored, restore one that reaches at least this far. If none was, events were deleted: change nothing, verify now and take the incident file.',
  ],
  [/HEAD_FORGED/, "Somebody wrote to the trail's end marker. Change nothing, verify now, and ask who can write to the database."],
  [/is not to be sealed/, 'That row does not hold. Do not repair it: verify now and take the incident file.'],
  [
    /another root|do not begin with|is not the one that was signed/,
    'History below the last signature is not what was signed. Do not repair it: verify now and take the incident file.',
  ],
  [/tiles/, 'The stored tree is not what was signed. Verify now: it says whether the events are whole.'],
];

/** Why the signer refuses where the head is below what its own process committed, or is another of that size: the events were acknowledged, and not signed yet. */
export const appendedLost = (events: number, committed: number): string =>
  events < committed
    ? `HEAD_FORGED: ${events + 1 === committed ? `event ${events} was` : `events ${events} to ${committed - 1} were`} appended here and acknowledged, and the head row stands at ${events}: the newest are gone`
    : `HEAD_FORGED: another event ${committed - 1} was appended here and acknowledged than the one that the head row names`;

/** A guard that is not there was taken away or not restored, or there never was one. */
export const missingGuardAdvice = (alias: string): string =>
  `Put it back from the backup of INDELIBLE_HOME that belongs to this database, and never make one by hand. Where there never was one, as in a trail from before the seal, “indelible guard adopt --trail ${alias}” verifies the trail wholly and begins its guard`;

/** The next step, a sentence or two. */
export const refusalAdvice = (reason: string, alias: string): string =>
  /guard file is missing/.test(reason)
    ? `${missingGuardAdvice(alias)}.`
    : (WORDS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'Change nothing and verify now.');
