import { formatCount } from '@/lib/format';
import type { FindingPlaces, Place, ShownFinding } from './finding-model';

/** One side of a row: a digest, a text, or why nothing stands there. */
export type Side = { text: string; kind: 'hash' | 'text' | 'none'; isWrong?: boolean; note?: string };
export type CompareRow = { label: string; stored: Side; due: Side };
export type Compared = { storedHead: string; dueHead: string; rows: CompareRow[] };

const hash = (text: string | null | undefined, isWrong = false, note?: string): Side =>
  text ? { text, kind: 'hash', isWrong, ...(note ? { note } : {}) } : none('nothing');
const plain = (value: string, isWrong = false): Side => ({ text: value, kind: 'text', isWrong });
const none = (why: string): Side => ({ text: why, kind: 'none' });
const isDigest = (value: string | null) => value !== null && /^[0-9a-f]{64}$/.test(value);
const side = (value: string | null, isWrong = false): Side =>
  value === null ? none('nothing') : isDigest(value) ? hash(value, isWrong) : plain(value, isWrong);
const line = ({ seq, action, actorId }: Place) => `${formatCount(seq)}: ${action} by ${actorId || 'nobody named'}`;

/** What stands there now beside what should stand there, as far as the rows and the finding tell; where there is a copy, the halves stand beside it. Pure. */
export function compareRows({ code, seq, expected, found }: ShownFinding, { before, at, next }: FindingPlaces, hasCopy = false): Compared {
  const heads = { storedHead: 'Stored now', dueHead: 'What it should say' };
  switch (code) {
    case 'EVENT_HASH':
      return {
        storedHead: 'The row as it stands now',
        dueHead: 'As it was written',
        rows: [
          ...(hasCopy
            ? []
            : [
                { label: 'Header half', stored: hash(at?.headerHash), due: none('no copy at hand') },
                { label: 'Payload half', stored: hash(at?.payloadHash), due: none('no copy at hand') },
              ]),
          { label: 'Event hash', stored: hash(found, true, 'its text gives'), due: hash(expected, false, 'stored with it') },
          ...(next && seq !== null && next.seq === seq + 1
            ? [
                {
                  label: `Named by ${formatCount(next.seq)}`,
                  stored: hash(next.prevHash, next.prevHash !== expected),
                  due: next.prevHash === expected ? plain('equal: the text was changed') : plain('another: the hash was changed'),
                },
              ]
            : []),
        ],
      };
    case 'MALFORMED':
      return {
        ...heads,
        rows: [
          {
            label: found ?? 'member',
            stored: at?.faultyValue ? plain(at.faultyValue, true) : none('see the canonical text'),
            due: plain('the one form that SPEC §2 gives it'),
          },
        ],
      };
    case 'CHAIN_LINK':
      return {
        ...heads,
        rows: [
          {
            label: `${seq === null ? '' : formatCount(seq)} names`,
            stored: hash(found, true),
            due: hash(expected, false, seq === null ? undefined : `stands on ${formatCount(seq - 1)}`),
          },
          ...(before ? [{ label: 'Event before', stored: plain(line(before)), due: hash(before.eventHash) }] : []),
        ],
      };
    case 'SEQ_GAP':
    case 'HEAD_CUT':
      if (found === 'stub')
        return { ...heads, rows: [{ label: 'Event', stored: plain('its hashes alone', true), due: plain('its texts, or an act that says why not') }] };
      return {
        storedHead: 'What is there',
        dueHead: 'What should be',
        rows: [
          {
            label: 'Last before',
            stored: before ? plain(line(before)) : none('nothing'),
            due: plain(expected && Number(expected) > 0 ? formatCount(Number(expected) - 1) : 'event 0, the first'),
          },
          { label: 'Then', stored: plain('nothing', true), due: plain(expected === null ? 'an event' : `event ${formatCount(Number(expected))}`) },
          {
            label: 'First after',
            stored: next ? plain(line(next)) : none('nothing'),
            due: plain(found === null ? 'the rest of the trail' : formatCount(Number(found))),
          },
        ],
      };
    case 'TRUNCATED':
      return {
        storedHead: 'What is there',
        dueHead: 'What is known to have been',
        rows: [
          {
            label: 'Events',
            stored: plain(found === null ? 'none' : formatCount(Number(found)), true),
            due: plain(expected === null ? 'more' : formatCount(Number(expected))),
          },
          {
            label: 'Last event',
            stored: before ? plain(line(before)) : none('none'),
            due: plain(expected === null ? 'later' : `event ${formatCount(Number(expected) - 1)}`),
          },
        ],
      };
    case 'DUPLICATE':
      return {
        ...heads,
        rows: [{ label: 'Row', stored: at ? plain(line(at), true) : none('nothing'), due: plain(`one row; the next number was ${expected ?? 'another'}`) }],
      };
    case 'KEY_ROTATED':
      return {
        storedHead: 'The new key',
        dueHead: 'Signed beside the key you gave',
        rows: [
          {
            label: 'Key',
            stored: side(found),
            due: plain(`the checkpoint of ${expected === null ? 'this trail' : `${formatCount(Number(expected))} events`}`),
          },
        ],
      };
    default:
      return {
        ...heads,
        rows: [
          {
            label: code === 'HEAD_FORGED' ? 'End marker' : code === 'TIME_BACKWARDS' ? 'Recorded at' : 'Value',
            stored: side(found, true),
            due: side(expected),
          },
        ],
      };
  }
}
