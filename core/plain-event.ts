/**
 * A quick look at a COPY row whose hash holds: are its two halves surely those of an event (SPEC §1, §2), so that check-event.ts need not parse them? The row's canonical
 * text was made of its columns (row-hasher.ts), so that each member is in its one form where its column holds what it should. What is not surely so is judged there.
 */
import { isPlainTime } from './canonical-bytes';
import { MAX_BYTES } from './check-event';
import { COLUMN as C, type CopyRow } from './copy-row';
import { ACTOR_TYPES, OUTCOMES } from './draft';
import { normaliseIp } from './ip';
import { isPlainObjectAt, isPlainTextAt } from './plain-json';

const ACTOR_NAMES = ACTOR_TYPES.map((name) => Buffer.from(name));
const OUTCOME_NAMES = OUTCOMES.map((name) => Buffer.from(name));

const ADDRESSES_KEPT = 1024;

/** Remembers the addresses that it met: a log has few. */
export class PlainEvents {
  private readonly addresses = new Set<string>();

  /** The row's place in the trail is not looked at, nor is event 0, which says more than others. */
  has(row: CopyRow): boolean {
    return (
      hasForm(row) &&
      isOneOf(row, C.actor_type, ACTOR_NAMES) &&
      isOneOf(row, C.outcome, OUTCOME_NAMES) &&
      isText(row, C.action, 1, MAX_BYTES.action) &&
      isText(row, C.actor_id, 0, MAX_BYTES.id) &&
      isText(row, C.resource_type, 0, MAX_BYTES.id) &&
      isText(row, C.resource_id, 0, MAX_BYTES.id) &&
      isTextOrNone(row, C.user_agent, MAX_BYTES.userAgent) &&
      isTextOrNone(row, C.request_id, MAX_BYTES.id) &&
      isTextOrNone(row, C.session_id, MAX_BYTES.id) &&
      isTextOrNone(row, C.source, MAX_BYTES.id) &&
      isTextOrNone(row, C.redaction, MAX_BYTES.id) &&
      isPlainObjectAt(row.bytes, row.starts[C.details] as number, (row.starts[C.details] as number) + (row.lengths[C.details] as number)) &&
      this.isAddressOrNone(row)
    );
  }

  private isAddressOrNone(row: CopyRow): boolean {
    const length = row.lengths[C.ip_address] as number;
    if (length === -1) return true;
    if (length > 45) return false;
    const start = row.starts[C.ip_address] as number;
    const text = row.bytes.toString('latin1', start, start + length);
    if (this.addresses.has(text)) return true;
    if (normaliseIp(text) !== text) return false;
    if (this.addresses.size >= ADDRESSES_KEPT) this.addresses.clear();
    this.addresses.add(text);
    return true;
  }
}

/** What is no text: lengths, numbers, times. A sealed map is left to who parses. */
function hasForm(row: CopyRow): boolean {
  const { lengths } = row;
  return (
    lengths[C.v] === 2 &&
    row.number(C.v) === 1 &&
    lengths[C.id] === 16 &&
    lengths[C.header_salt] === 16 &&
    lengths[C.payload_salt] === 16 &&
    lengths[C.sealed] === -1 &&
    lengths[C.recorded_at] === 8 &&
    isPlainTime(row.number(C.recorded_at)) &&
    lengths[C.occurred_at] === 8 &&
    isPlainTime(row.number(C.occurred_at)) &&
    (lengths[C.source_epoch] === -1 || lengths[C.source_epoch] === 16) &&
    (lengths[C.source_seq] === -1 || (lengths[C.source_seq] === 8 && row.number(C.source_seq) >= 1 && row.number(C.source_seq) <= Number.MAX_SAFE_INTEGER))
  );
}

const isOneOf = (row: CopyRow, column: number, names: readonly Buffer[]): boolean => {
  for (const name of names) if (row.equals(column, name)) return true;
  return false;
};

function isText(row: CopyRow, column: number, least: number, most: number): boolean {
  const length = row.lengths[column] as number;
  const start = row.starts[column] as number;
  return length >= least && length <= most && isPlainTextAt(row.bytes, start, start + length);
}

const isTextOrNone = (row: CopyRow, column: number, most: number): boolean => row.lengths[column] === -1 || isText(row, column, 1, most);
