import { epochOf } from '@/features/trail/epoch-name';
import { CLOSED_FOUND, foreignWords, lostWords, unreadFoundWords, unreadUntoldWords } from '@/features/trail/lost-words';
import { formatAge, formatCount, plural } from '@/lib/format';
import { formatWhen } from '@/lib/time';
import { CANCELLED, SCHEDULE_NAMES, SERVER_ENDED, type Timed } from './names';
import type { Trouble } from './trouble';

/** A banner's words: what happened and since when, then what to do. `short`: in a list of trails. `run`: where it leads, null: to Integrity. */
export type TroubleWords = { head: string; rest: string; short: string; run: number | null; tone: 'broken' | 'warning' };

const LATE: Record<Timed, { none: string; never: string; made: string; due: string }> = {
  nightly: {
    none: 'No verification has reached the end of this trail',
    never: 'No verification of this trail has ever finished',
    made: 'No verification that the schedule made has reached the end of this trail',
    due: 'every night',
  },
  weekly: {
    none: 'This trail was not read from its beginning',
    never: 'This trail was never read from its beginning in one piece',
    made: 'No verification that the schedule made has read this trail from its beginning',
    due: 'every week',
  },
  'weekly-deep': {
    none: 'No deep verification has finished',
    never: 'No deep verification of this trail has ever finished',
    made: 'No deep verification that the schedule made has finished',
    due: 'every week',
  },
};

/** Pure. */
export function troubleWords(alias: string, trouble: Trouble, now: string, zone: string): TroubleWords {
  const { run } = trouble;
  const when = 'at' in trouble && trouble.at !== null ? ` ${formatWhen(trouble.at, now, zone)}` : '';
  switch (trouble.kind) {
    case 'broken': {
      const one = trouble.isCheck ? 'The check of a resource' : 'A verification';
      const name = trouble.schedule === null ? one : `The ${SCHEDULE_NAMES[trouble.schedule]}`;
      const found = trouble.findings > 0 ? plural(trouble.findings, 'finding') : 'findings';
      return {
        head: `${name}, run ${trouble.run}, ended with ${found}${when}.`,
        short: found,
        rest: 'Do not repair anything: the run says what happened, how we know it and what to do next. This stands until a verification of everything finds nothing; where only a deep one looks for all of it, until a deep one does.',
        run,
        tone: 'broken',
      };
    }
    case 'failed': {
      const name = `The ${SCHEDULE_NAMES[trouble.schedule]}${run === null ? '' : `, run ${run},`}`;
      if (trouble.error === CANCELLED)
        return {
          head: `${name} was cancelled${when} by its row alone`,
          short: 'verification cancelled',
          rest: 'and is not made again: nobody did that on a screen of this server. Ask who holds rights on the database. What it had not reached was not verified by the schedule; this stands until one as strong has finished.',
          run,
          tone: 'warning',
        };
      if (trouble.error === SERVER_ENDED)
        return {
          head: `${name} was begun${when} and ended with its server`,
          short: 'verification ended with its server',
          rest: 'before it had told its end. What ended the server may have been the run: look in its log, and at the memory of the machine. It is tried again within an hour, up to three times, and this stands until one as strong has finished.',
          run,
          tone: 'warning',
        };
      return {
        head: `${name} could not run${when}${trouble.error ? ` (${trouble.error})` : ''}`,
        short: 'verification could not run',
        rest: 'and says nothing of the trail. The log of the server says why; it is tried again within an hour, up to three times where it could be begun, and this stands until one as strong has finished.',
        run,
        tone: 'warning',
      };
    }
    case 'interrupted':
      return {
        head: `The ${SCHEDULE_NAMES[trouble.schedule]}, run ${trouble.run}, was interrupted${trouble.stoppedAt ? ` at ${formatCount(trouble.stoppedAt)}` : ''}${when}`,
        short: 'verification interrupted',
        rest: trouble.isTakenUp
          ? 'and is taken up by itself. What lies behind was not verified yet.'
          : 'and waits for somebody: it brought its server down several times. Look in the log, then resume it.',
        run,
        tone: 'warning',
      };
    case 'unread':
      return trouble.isKept
        ? {
            head: `What became of the verifications of this trail cannot be read: ${trouble.reason}.`,
            short: 'schedule cannot be read',
            rest: 'This server goes on from what it remembers, and makes none by itself once it was started anew. See to it that the user that it runs as can read and write that file.',
            run,
            tone: 'warning',
          }
        : {
            head: `This trail is not verified by itself: ${trouble.reason}.`,
            short: 'not verified by itself',
            rest: 'Nobody can say which verifications are due. See to it that the user that the server runs as can read and write that file, and verify now.',
            run,
            tone: 'warning',
          };
    case 'unread found':
      return {
        head: unreadFoundWords(trouble.files),
        short: 'findings cannot be read',
        rest: trouble.files.some(({ isNewer }) => isNewer)
          ? 'Only the newer version can say what it was: run that one, and take no file away. Until then each night reads everything.'
          : 'Nobody can say what it was. Give the file back to the user that the server runs as, or put it back from the backup of INDELIBLE_HOME. Where there is none, verify everything, deep, and take the file away when that is done: until then each night reads everything.',
        run,
        tone: 'broken',
      };
    case 'closed found':
      return {
        head: CLOSED_FOUND.head,
        short: 'findings not known',
        rest: `${CLOSED_FOUND.rest} Until then each night reads everything.`,
        run,
        tone: 'warning',
      };
    case 'unread untold':
      return {
        head: unreadUntoldWords(trouble.files),
        short: 'findings not known',
        rest: trouble.files.includes('runs')
          ? 'Give it back to the user that the server runs as, and take nothing away: what was found may stand nowhere else.'
          : 'Give the file back to the user that the server runs as, or put it back from the backup of INDELIBLE_HOME. Where there is none, verify everything, deep, and take it away when that is done: until then each night reads everything.',
        run,
        tone: 'warning',
      };
    case 'unknown':
      return {
        head: 'Whether the verifications of this trail are as they should be cannot be said now.',
        short: 'not known now',
        rest: 'The log of the server says why.',
        run,
        tone: 'warning',
      };
    case 'gone':
      return {
        head: lostWords({ alias, ...trouble }),
        short: 'gone from the database',
        rest: 'Do not repair anything: keep the database and its backups as they are, and ask who held rights on it. The other trails go on.',
        run: null,
        tone: 'broken',
      };
    case 'foreign':
      return {
        head: foreignWords(trouble),
        short: epochOf(trouble.origin) === 1 ? 'never made here' : 'not known here',
        rest: 'It is not sealed, verified or shown. Do not repair anything: keep the database and its backups as they are, and ask who held rights on it. The other trails go on.',
        run: null,
        tone: 'broken',
      };
    case 'missed': {
      const { made, due } = LATE[trouble.what];
      const age = formatAge(trouble.ageMs);
      return {
        head: `${made}${trouble.since === null ? ' here' : ` since ${formatWhen(trouble.since, now, zone)}`}, for ${age}.`,
        short: 'verification late',
        rest: `That is due ${due}, and runs that somebody asked for do not stand for it: they are written down before they read. Look in the log of the server, and ask who holds rights on the database.`,
        run,
        tone: 'warning',
      };
    }
    case 'late': {
      const { none, never, due } = LATE[trouble.what];
      const [head, age] = [trouble.since === null ? never : `${none} since ${formatWhen(trouble.since, now, zone)}`, formatAge(trouble.ageMs)];
      return {
        head: trouble.since === null ? `${head}; it has been here for ${age}.` : `${head}, for ${age}.`,
        short: 'verification late',
        rest:
          trouble.open === null
            ? `That is due ${due}, and made up for by itself. If this stays, look in the log of the server, and verify now.`
            : `That is due ${due}. Run ${trouble.open} makes up for it now.`,
        run: trouble.open,
        tone: 'warning',
      };
    }
  }
}
