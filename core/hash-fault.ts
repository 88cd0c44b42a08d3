/**
 * SPEC §8, an event by itself: does it hash to what is stored with it, and is it one of this trail? Where the hash fails: MALFORMED if a half is no event's text,
 * WRONG_TRAIL if it holds under another known origin, else EVENT_HASH.
 */
import { type ChainEntry, hexOf } from './chain-entry';
import { checkHeaderText, checkPayloadText } from './check-event';
import { checkFirstEvent } from './first-event';
import { isJsonObject, type JsonValue, parseJson } from './json';
import type { Found } from './tree-verdict';

type Options = {
  origin: string;
  /** Other trails of this installation. */
  others: readonly string[];
  /** Its texts are parsed even where its hash holds; of event 0 they always are. */
  isDeep: boolean;
};

/** Null where it is good. `seq`: that of the entry, a number from 0 on. */
export function hashFault(seq: number, entry: ChainEntry, { origin, others, isDeep }: Options): Found | null {
  const holds = entry.computed === entry.stored;
  if (holds && !isDeep && seq > 0 && !(entry.isForeign?.() ?? false)) return null;
  const header = entry.header();
  const payload = entry.payload();
  const fault = formFault(entry, header, payload) ?? (holds && seq === 0 ? checkFirstEvent(origin, header as string, payload as string) : null);
  if (fault !== null && (!holds || isDeep || seq === 0)) return { code: 'MALFORMED', seq, expected: null, found: fault };
  if (fault !== null) return null;
  const trail = holds ? (entry.isForeign ? trailOf(header as string) : origin) : (others.find((other) => entry.holdsUnder(other)) ?? null);
  if (trail === origin) return null;
  return trail === null
    ? { code: 'EVENT_HASH', seq, expected: hexOf(entry.stored), found: hexOf(entry.computed) }
    : { code: 'WRONG_TRAIL', seq, expected: origin, found: trail };
}

/** Which half, and which member of it, is no event's; null where both are. */
function formFault(entry: ChainEntry, header: string | null, payload: string | null): string | null {
  if (header === null) return 'header: no UTF-8';
  const inHeader = checkHeaderText(header);
  if (inHeader !== null) return `header: ${inHeader}`;
  if (entry.isForeign && memberOf(header, 'seq') !== entry.seq) return 'header: seq';
  if (payload === null) return 'payload: no UTF-8';
  const inPayload = checkPayloadText(payload);
  return inPayload === null ? null : `payload: ${inPayload}`;
}

const trailOf = (header: string) => String(memberOf(header, 'trail'));

function memberOf(half: string, name: string): JsonValue {
  const parsed = parseJson(half);
  return (parsed.ok && isJsonObject(parsed.value) ? parsed.value[name] : null) ?? null;
}
