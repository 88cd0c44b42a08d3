// keys/<alias>.lost: what was appended and is gone, where a person has taken what lies in the database for the history (guard adopt). Who remembers it is to forget it.
//
//   [{"nextSeq": …, "lastHash": hex}, …]     a line an adoption, added at the end: who writes reads nothing that another could be writing
//
import { appendLine } from '@/lib/files';
import { secretFile } from '@/lib/home';
import { type Appended, appendedList, distinct, isSameAppended } from './appended';
import { aliasOf } from './epoch-name';
import { readKeyFile } from './key-files';
import { lostAppends } from './refusal-words';

const nameOf = (origin: string) => `${aliasOf(origin)}.lost`;

/** What was given up; a damaged line gives nothing up. Where it cannot be read, why: nobody can say then. */
export function readLost(origin: string): readonly Appended[] | { unread: string } {
  const text = readKeyFile(nameOf(origin));
  if (text !== null && typeof text !== 'string') {
    return { unread: `the file keys/${nameOf(origin)} cannot be read (${text.code}): nobody can say whether events that are gone were given up` };
  }
  return (text ?? '').split('\n').flatMap(readLine);
}

function readLine(line: string): readonly Appended[] {
  try {
    return appendedList.parse(JSON.parse(line));
  } catch {
    return [];
  }
}

/** What stands beside the events may be of some that were given up; where nobody can say, it may. */
export function hasGivenUp(origin: string): boolean {
  const lost = readLost(origin);
  return 'unread' in lost || lost.length > 0;
}

export function isGivenUp(origin: string, one: Appended): boolean {
  const lost = readLost(origin);
  return !('unread' in lost) && lost.some((other) => isSameAppended(one, other));
}

/**
 * Why a trail does not go on where events are gone that somebody knew to be appended; null where a person has given all of them up.
 * @param events how many the head row names. @param lost how far it was known to reach, of those whose last event is not there
 */
export function whyLostBinds(origin: string, events: number, lost: readonly Appended[]): string | null {
  if (lost.length === 0) return null;
  const given = readLost(origin);
  if ('unread' in given) return given.unread;
  const bound = lost.filter((one) => !given.some((other) => isSameAppended(one, other)));
  return bound.length === 0 ? null : lostAppends(events, Math.max(...bound.map(({ nextSeq }) => nextSeq)));
}

/** On disk when it returns. @throws where what was given up before cannot be read */
export function writeLost(origin: string, more: readonly Appended[]): void {
  const before = readLost(origin);
  if ('unread' in before) throw new Error(before.unread);
  const added = distinct(more).filter((one) => !before.some((other) => isSameAppended(one, other)));
  if (added.length > 0) appendLine(secretFile(nameOf(origin)), JSON.stringify(added));
}
