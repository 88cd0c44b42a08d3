/**
 * What the judge asks of one event, whether it comes as a COPY row, as a row of values or as a line of an export. Digests are strings of one character a byte: two
 * of them are compared without an object. Everything past the digests is asked only of event 0, of what fails and in a deep run.
 */
import { hash } from 'node:crypto';
import { COLUMN, type CopyRow } from './copy-row';
import { hashRow, headerText, linkHash, payloadText, type StoredRow } from './event';
import { canonicalJson } from './jcs';
import { isJsonObject, parseJson } from './json';
import { microsFromTime } from './postgres-time';
import type { EventRecord } from './record';
import type { RowHasher } from './row-hasher';
import { sha256 } from './sha256';

export type Key = { id: Buffer; source: Buffer };

export interface ChainEntry {
  seq: number | bigint | null;
  /** event_hash as stored, '' for NULL */
  stored: string;
  /** prev_hash as stored */
  prev: string;
  /** event_hash as the rest of the row gives it */
  computed: string;
  /** Null where the bytes are no UTF-8. */
  header(): string | null;
  payload(): string | null;
  /** Whether the stored hash is the row's under another origin. */
  holdsUnder(origin: string): boolean;
  /** Only of a text, which says its trail and seq itself: whether it may say others than it should. */
  isForeign?(): boolean;
  /** Of an event that holds: microseconds since 2000, and its key. */
  recordedAt(): number | bigint;
  key(): Key;
}

const latin1 = (bytes: Buffer | null) => bytes?.toString('latin1') ?? '';
const digestOf = (bytes: Buffer) => bytes.toString('latin1');
const uuidBytes = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');

// ignoreBOM keeps a byte order mark, which no canonical text has, instead of eating it
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

/** `hasherOf`: one hasher an origin, kept by the caller. */
export function entryOfCopyRow(row: CopyRow, computed: string, own: string, hasherOf: (origin: string) => RowHasher): ChainEntry {
  const stored = latin1(row.slice(COLUMN.event_hash));
  return {
    seq: row.integer(COLUMN.seq),
    stored,
    prev: latin1(row.slice(COLUMN.prev_hash)),
    computed,
    header: () => decode(hasherOf(own).header(row)),
    payload: () => decode(hasherOf(own).payload(row)),
    holdsUnder: (origin) => hasherOf(origin).eventDigest(row) === stored,
    recordedAt: () => row.integer(COLUMN.recorded_at) ?? 0,
    key: () => ({ id: row.slice(COLUMN.id) ?? Buffer.alloc(16), source: row.slice(COLUMN.source) ?? Buffer.alloc(0) }),
  };
}

export function entryOfRow(row: StoredRow, origin: string): ChainEntry {
  const stored = latin1(row.eventHash);
  return {
    seq: row.seq,
    stored,
    prev: latin1(row.prevHash),
    computed: digestOf(hashRow(origin, row)),
    header: () => headerText(origin, row),
    payload: () => payloadText(row),
    holdsUnder: (other) => digestOf(hashRow(other, row)) === stored,
    recordedAt: () => microsFromTime(row.recordedAt ?? ''),
    key: () => ({ id: uuidBytes(row.id ?? ''), source: Buffer.from(row.source ?? '') }),
  };
}

export function entryOfRecord(record: EventRecord, own: string): ChainEntry {
  const prev = Buffer.from(record.prev, 'hex');
  const stored = latin1(Buffer.from(record.eventHash, 'hex'));
  const link = (header: string) => digestOf(linkHash(record.seq, prev, sha256(header), sha256(record.payload)));
  const member = (half: string, name: string) => {
    const parsed = parseJson(half);
    const value = parsed.ok && isJsonObject(parsed.value) ? parsed.value[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  return {
    seq: record.seq,
    stored,
    prev: digestOf(prev),
    computed: link(record.header),
    header: () => record.header,
    payload: () => record.payload,
    holdsUnder: (origin) => {
      const parsed = parseJson(record.header);
      return parsed.ok && isJsonObject(parsed.value) && link(canonicalJson({ ...parsed.value, trail: origin })) === stored;
    },
    isForeign: () => !record.header.endsWith(`,"seq":${record.seq},"trail":${JSON.stringify(own)},"v":1}`),
    recordedAt: () => microsFromTime(member(record.header, 'recorded_at')),
    key: () => ({ id: uuidBytes(member(record.header, 'id')), source: Buffer.from(member(record.payload, 'source')) }),
  };
}

/** Hex of a digest of one character a byte. */
export const hexOf = (digest: string): string => Buffer.from(digest, 'latin1').toString('hex');

export const genesisDigest = (origin: string): string => hash('sha256', `audit-genesis/v1\n${origin}\n`, 'binary');
