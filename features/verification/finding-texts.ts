import { formatCount, inWords, plural } from '@/lib/format';
import type { ShownFinding } from './finding-model';
import { sealFindingText } from './seal-finding-texts';

export type Severity = 'critical' | 'warning' | 'follows';
export type FindingText = { title: string; where: string; happened: string; know: string; next: string; severity: Severity };

type Facts = Pick<ShownFinding, 'code' | 'seq' | 'expected' | 'found' | 'lastGood'>;

const KEEP = 'Do not repair anything.';
const short = (digest: string | null) => (digest && /^[0-9a-f]{16,}$/.test(digest) ? `${digest.slice(0, 8)}…` : (digest ?? 'nothing'));

/** How many events a gap or cut has. */
const missing = ({ expected, found }: Facts) => (found === null ? null : Math.abs(Number(found) - Number(expected)));

/**
 * A finding in plain words: what happened, how we know, what to do next. Pure.
 * @param others the other findings: a broken link behind an altered event follows from it, and so does a figure that counts what is gone
 * @param signedTo the largest size that was signed, as what is outside the database said to the run; absent: not known
 */
export function findingText(finding: Facts, others: readonly Facts[] = [], signedTo = 0): FindingText {
  const { seq, expected, found } = finding;
  const n = seq === null ? 'of the trail' : formatCount(seq);
  const before = seq === null ? '' : formatCount(seq - 1);
  const event = seq === null ? 'the trail' : `event ${n}`;
  const k = missing(finding);
  const many = k === null ? 'Events' : k === 1 ? 'One event' : `${capital(inWords(k))} events`;
  const range = k === null || seq === null ? '' : k === 1 ? n : `${n} – ${formatCount(seq + k - 1)}`;
  const is = k === 1 ? 'is' : 'are';
  const critical = (title: string, where: string, happened: string, know: string, next: string, severity: Severity = 'critical') => ({
    title,
    where,
    happened,
    know,
    next: `${KEEP} ${next}`,
    severity,
  });
  switch (finding.code) {
    case 'EVENT_HASH':
      return critical(
        `Event ${n} was altered`,
        'one event',
        'Somebody with write access to the database changed this event, or its hash, after it was written.',
        `Its stored text gives ${short(found)}, the hash stored when it was written is ${short(expected)}`,
        'Keep a copy of the database as it is, and ask who held rights on it since the last clean verification.',
      );
    case 'MALFORMED':
      return critical(
        `Row ${n} is not an event`,
        'one row',
        'This row is not an event that we could have written.',
        `${found ? `“${found}”` : 'A member'} breaks the format in which every event is stored.`,
        'Look for writes beside the product: scripts, migrations, people at the database.',
      );
    case 'CHAIN_LINK': {
      const follows = others.some((other) => other.seq !== null && seq !== null && (other.seq === seq - 1 || other.seq === seq) && ALTERED.has(other.code));
      return critical(
        follows ? `Event ${n} does not link to ${before}` : `Event ${before} was re-hashed, or ${n} put in`,
        `between ${before} and ${n}`,
        follows
          ? `The event before it, or this one, was altered: the link between the two is torn.`
          : `Event ${before} was altered and re-hashed, or event ${n} was put in.`,
        `Event ${n} names ${short(found)} as its predecessor, event ${before} has ${short(expected)}`,
        `Compare event ${before} with a bundle or a backup.`,
        follows ? 'follows' : 'critical',
      );
    }
    case 'SEQ_GAP':
      return critical(
        `${many} ${is} missing`,
        range || `from ${n} on`,
        `${many} ${is} gone from the database.`,
        'Numbers have no holes by design: each is given under a lock and written in the same transaction.',
        'Look for them in bundles and backups, and ask who held rights to delete.',
      );
    case 'HEAD_CUT':
      if (found === 'stub')
        return critical(
          `Event ${n} was disposed of without an act`,
          `from ${n} on`,
          'Its texts are gone and its hashes stand in their place, and no signed act says that this may be so.',
          'An act counts that a key you trust has signed, that lies behind its own range and below a signed size, and for no more events than it says.',
          'Stop whatever disposes of events, and find the texts in bundles and backups.',
        );
      return critical(
        'The oldest events are gone',
        range || 'from 0 on',
        k === null
          ? 'The trail does not begin with its first event.'
          : `The first ${k === 1 ? 'event is' : `${formatCount(k)} events are`} gone without a lawful drop.`,
        'Event 0 must be there, and no archive event covers what is missing.',
        'Stop whatever drops old months, and find their archive or a backup.',
      );
    case 'DUPLICATE':
      return critical(
        `Event ${n} stands twice`,
        'two rows of one number',
        `A second row with the number ${n} was put in.`,
        'One number, one event: the key of the table makes sure of it in the product.',
        'Keep both rows and see which one hashes and links.',
      );
    case 'TRUNCATED': {
      const [known, here] = [Number(expected), Number(found)];
      const gone = known - here;
      return critical(
        `The newest ${gone === 1 ? 'event is' : `${formatCount(gone)} events are`} gone`,
        gone === 1 ? formatCount(here) : `${formatCount(here)} – ${formatCount(known - 1)}`,
        `The trail was cut off behind ${here === 0 ? 'nothing: no event is left' : `event ${formatCount(here - 1)}`}.`,
        witnessText(known, here, signedTo),
        'Was an old backup restored? Then find what is missing in a newer one; where none has it, “indelible trail epoch” begins a new epoch that says so.',
      );
    }
    case 'HEAD_FORGED':
      return critical(
        "The trail's end marker was moved",
        `end marker at ${n}`,
        'The marker that says where the trail ends was changed by somebody else than the product.',
        found === 'another mac' ? 'Its seal is not the one that our key gives.' : `The events say ${expected}, the marker says ${found}.`,
        'Find out who wrote to the database. Nothing is appended to this trail until it is explained.',
      );
    case 'WRONG_TRAIL':
      return critical(
        `Event ${n} belongs to another trail`,
        'one row',
        `A row of ${found ?? 'another trail'} stands in this one.`,
        `It holds under the name ${found ?? 'of the other trail'}, not under ${expected ?? 'this one'}.`,
        'Check imports and restores that touched both.',
      );
    case 'TIME_BACKWARDS':
      return critical(
        `${capital(event)} is recorded before ${before}`,
        'recorded time falls',
        `Event ${n} bears an earlier time than the one before it.`,
        `Recorded time never falls: ${expected} came before, ${found} stands here.`,
        'Check the clock of the database server, and look for clock.rolled_back.',
        'warning',
      );
    case 'DERIVED_MISMATCH':
      return critical(
        'An index of the trail does not match it',
        seq === null ? 'an index' : `at event ${n}`,
        `What ${expected?.startsWith('trail_segment') || found?.startsWith('trail_segment') ? 'the index of months' : 'the index of ids'} keeps is not what the events give.`,
        `Kept: ${found ?? 'nothing'}. By the events: ${expected ?? 'nothing'}.`,
        'The event itself holds. Keep a copy of the database before the index is built again.',
        'warning',
      );
    default:
      return (
        sealFindingText(finding, others) ??
        critical(
          finding.code,
          seq === null ? 'the trail' : `at ${n}`,
          'The trail is not as it should be.',
          `Expected ${expected ?? '–'}, found ${found ?? '–'}.`,
          'Keep a copy of the database as it is.',
        )
      );
  }
}

/** Who says that there were more. */
function witnessText(known: number, here: number, signedTo: number): string {
  const rows = `${plural(here, 'row is', 'rows are')} here.`;
  const signed = `Size ${formatCount(signedTo)} was signed`;
  if (signedTo >= known) return `${signed}, ${rows}`;
  const others = `${formatCount(known)} events are known from the end marker, the index of ids, an earlier verification or a checkpoint`;
  return signedTo > here ? `${signed}, and ${others}; ${rows}` : `${others}; ${rows}`;
}

const ALTERED = new Set(['EVENT_HASH', 'MALFORMED', 'WRONG_TRAIL']);
const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** What a run looks for, in the order of the screen. `atEnd`: told when it is through; `ofOwn`: in the product's own trail alone. */
export const LOOKED_FOR: { label: string; codes: string[]; atEnd?: boolean; ofOwn?: boolean }[] = [
  { label: 'Events edited', codes: ['EVENT_HASH', 'MALFORMED'] },
  { label: 'Events deleted or inserted', codes: ['SEQ_GAP', 'CHAIN_LINK'] },
  { label: 'Swapped or replayed', codes: ['DUPLICATE'] },
  { label: 'Rows of another trail', codes: ['WRONG_TRAIL'] },
  { label: 'Times that run backwards', codes: ['TIME_BACKWARDS'] },
  { label: 'First months gone', codes: ['HEAD_CUT'] },
  { label: 'Newest events cut off', codes: ['TRUNCATED'], atEnd: true },
  { label: 'End marker moved', codes: ['HEAD_FORGED'], atEnd: true },
  { label: 'History rewritten since it was sealed', codes: ['FORK', 'TILE_MISMATCH', 'ROOT_MISMATCH'], atEnd: true },
  { label: 'Checkpoints that do not hold', codes: ['UNKNOWN_KEY', 'NOTE_REFUSED', 'EQUIVOCATION', 'KEY_ROTATED'], atEnd: true },
  { label: 'Sealed values gone or exchanged', codes: ['ERASURE_UNLOGGED', 'DISCLOSURE_MISMATCH'], atEnd: true },
  { label: 'Events lost before they came', codes: ['SOURCE_GAP'], atEnd: true },
  { label: 'Rows hidden from the screens', codes: ['VIEW_MISMATCH'], atEnd: true },
  { label: 'Figures kept for reports', codes: ['COUNT_MISMATCH'], atEnd: true },
  { label: 'Indexes of ids and months', codes: ['DERIVED_MISMATCH'], atEnd: true },
  { label: 'Accounts, catalogues and runs of nobody', codes: ['STATE_UNLOGGED'], atEnd: true, ofOwn: true },
];
