import { formatCount } from '@/lib/format';
import { figureCause } from './figure-cause';
import type { Severity } from './finding-texts';

type Facts = { code: string; seq: number | null; expected: string | null; found: string | null };
export type SealText = { title: string; where: string; happened: string; know: string; next: string; severity: Severity };

const short = (digest: string | null) => (digest && /^[0-9a-f]{16,}$/.test(digest) ? `${digest.slice(0, 8)}…` : (digest ?? 'nothing'));

/** What a verification finds against the tree, the keys, the values and the screens' own view, in plain words; null for the codes of the chain alone. Pure. */
export function sealFindingText(finding: Facts, others: readonly Facts[]): SealText | null {
  const { code, seq, expected, found } = finding;
  const n = seq === null ? '' : formatCount(seq);
  const text = (title: string, where: string, happened: string, know: string, next: string, severity: Severity = 'critical') => ({
    title,
    where,
    happened,
    know,
    next: `Do not repair anything. ${next}`,
    severity,
  });
  switch (code) {
    case 'TILE_MISMATCH':
      return seq === null
        ? {
            ...text(
              'A tile of the tree was changed',
              'the tree',
              'The events give the roots that were signed, a stored tile of the tree does not.',
              `Expected ${short(expected)}, found ${short(found)}`,
              '',
            ),
            next: 'Do not repair anything by hand. Ask who wrote to the table of tiles; then “indelible trail tiles --trail T”, with the name of this trail, rebuilds them where all events are what was signed.',
          }
        : text(
            `Event ${n} was altered and re-hashed`,
            'one event',
            'The event was changed after it was sealed, and its hash made anew.',
            `The signed tree holds ${short(expected)} in its place, the event gives ${short(found)}`,
            'Compare the event with a bundle or a backup.',
          );
    case 'FORK':
      return text(
        `From event ${n} on this is another history`,
        `from ${n} on`,
        'Events were rewritten after they were sealed, and every hash after them made anew.',
        expected?.startsWith('[')
          ? `The rows give the root that was signed at the first of these sizes and another one at the second: ${expected}`
          : `The signed tree holds ${short(expected)}, the event gives ${short(found)}`,
        'Do two servers write, or was the database exchanged? Keep both histories and call the auditor.',
      );
    case 'ROOT_MISMATCH':
      return text(
        'A proof does not lead to its root',
        seq === null ? 'a proof' : `event ${n}`,
        'The event and its proof do not give the root that was signed.',
        `Expected ${short(expected)}, found ${short(found)}`,
        'Run a verification of the whole trail.',
      );
    case 'UNKNOWN_KEY':
      return text(
        'Signed by a key you do not trust',
        'a checkpoint',
        'A checkpoint of this trail bears the signature of a key that nobody gave to this verification.',
        `It is signed by ${found ?? 'another key'}`,
        'Compare the words of the key on paper before you trust it.',
      );
    case 'EQUIVOCATION':
      return text(
        'Two histories were signed for one size',
        'two checkpoints',
        'The same key signed two roots that cannot both be true.',
        `${short(expected)} and ${short(found)}`,
        'Keep both notes, and treat the key as stolen.',
      );
    case 'NOTE_REFUSED':
      if (found === 'row')
        return text(
          'A checkpoint stands where another one belongs',
          'a checkpoint',
          'The list of checkpoints in the database names another size or root than the checkpoint itself.',
          `It stands in the row of size ${expected ?? '–'} and is signed for something else`,
          'Ask who wrote to the table of checkpoints.',
        );
      if (found === 'more')
        return text(
          'More checkpoints are refused',
          'checkpoints',
          'The database lists more checkpoints that do not count than are told of one by one.',
          `${formatCount(Number(expected))} more carry a bad signature or that of a key you do not trust, or stand in the row of another one`,
          'Ask who wrote to the table of checkpoints.',
        );
      return text(
        'A checkpoint carries a bad signature',
        'a checkpoint',
        'A note that claims to be signed by the key of this trail is not.',
        `The key you trust did not sign this text (${found ?? 'its form is none'})`,
        'Keep the file, and compare it with another copy.',
      );
    case 'KEY_ROTATED':
      return text(
        'The trail has a new key, signed in by the old one',
        'a checkpoint',
        'A checkpoint is signed by the key you trust and by a second one, which took its place. What the new key signed since was not counted.',
        `Both signed the checkpoint of ${expected === null ? 'this trail' : `${formatCount(Number(expected))} events`}, and an act of the old key names the new one, ${found?.split('+').slice(0, 2).join('+') ?? '–'}.`,
        'Compare the words of the new key, which stand on Integrity, by telephone or on paper; then verify with both keys.',
        'warning',
      );
    case 'DISCLOSURE_MISMATCH':
      return text(
        `A sealed value of event ${n} was exchanged`,
        'a sealed value',
        'The value that is kept for a sealed place is not the one that was sealed.',
        'It does not open its commitment in the event.',
        'Do not rely on the value. The event itself holds.',
      );
    case 'ERASURE_UNLOGGED':
      return text(
        `A sealed value of event ${n} is gone without a record`,
        'a sealed value',
        'The value of a sealed place was deleted, and no act says so.',
        `No value.erased names ${found ?? expected ?? 'it'}`,
        'Find out who deleted it; backups may still have it.',
      );
    case 'VIEW_MISMATCH':
      if (expected?.startsWith('rows of the table'))
        return text(
          'The table has other rows than the trail',
          'the table of events',
          'Read without an index the table shows rows that no number leads to, or lacks some. A screen that is answered so shows what was never sealed.',
          `In the events: ${expected}; in the table: ${found ?? '–'}`,
          'Until this is explained do not rely on any list or report. Keep a copy of the database, and find out who wrote to it.',
        );
      if (/^(entries of|rows behind) index /.test(expected ?? ''))
        return text(
          'An index says other things than the events',
          'an index of the screens',
          'Lists and reports are read by this index: they leave events out, show them under what they do not say, or show others in their place. The events themselves hold unless another finding says otherwise.',
          `By the events: ${expected}; in the database: ${found ?? '–'}`,
          'Until this is explained do not rely on any list or report. Keep a copy of the database, find out who wrote to it, and only then build the index anew.',
        );
      return text(
        'Screens are shown other rows than the trail has',
        'the view of the screens',
        'An index, a view, a policy or a function hides rows from the screens, or adds some.',
        `In the events: ${expected ?? '–'}; through the screens' view: ${found ?? '–'}`,
        'Until this is explained do not rely on any list or report. Check indexes, views, policies and functions of the database.',
      );
    case 'COUNT_MISMATCH': {
      const cause = figureCause(finding, others);
      return text(
        'A kept count is not what the events give',
        'figures of reports',
        'A figure that charts and reports add up differs from the events.',
        `By the events: ${expected ?? '–'}; kept: ${found ?? '–'}`,
        cause
          ? `It follows from ${cause.code} at ${formatCount(cause.seq ?? 0)}: the figure counts the events as they were before.`
          : 'No other finding explains it: ask who wrote to the figures. The events that are here hold.',
        cause ? 'follows' : 'warning',
      );
    }
    case 'STATE_UNLOGGED':
      if (found?.startsWith('run '))
        return text(
          expected === null ? 'No event tells of this run' : 'This run did not end so',
          'beside the trail',
          'A row of the database says how a run ended, and no event says the same. Both are written at once: the row was put there, or changed, past the product, or its event was taken away.',
          `By the events: ${expected ?? 'nothing'}; in the database: ${found}`,
          'Find out who wrote to the database, and rely on nothing that the row says: no verdict, no figure, no name.',
        );
      return text(
        expected === null ? 'Nobody is told to have made this' : 'This is not what the events say',
        'beside the trail',
        'An account or a catalogue of actions was written into the database past the product: no event explains it.',
        `By the events: ${expected ?? 'nothing'}; in the database: ${found ?? '–'}`,
        'Find out who wrote to the database, and what the account did since. The events of the trail hold.',
      );
    case 'SOURCE_GAP':
      return text(
        'A source lost events before they reached us',
        seq === null ? 'a source' : `before event ${n}`,
        'The numbers that the source gives its events jump, and nothing says why.',
        expected ? `Missing: ${expected}` : 'Its own numbers have a hole',
        "Ask the source's owner. The trail itself is whole.",
        'warning',
      );
    default:
      return null;
  }
}
