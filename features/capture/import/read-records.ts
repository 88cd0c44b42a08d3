import { type JsonObject, type JsonValue, parseJson } from '@/core/json';
import { readAuthlogLine } from './authlog';
import { cloudTrailDraft } from './cloudtrail';
import { JsonRecords, type RawRecord } from './json-records';
import { Lines } from './lines';
import type { ImportFormat } from './schema';
import { SyslogTime } from './syslog-time';
import { textOf } from './text-of';

/**
 * What a file holds, one after the other. `line` is the line of a text file, the number of the record in a JSON file.
 * - draft: not yet normalised. `bytes` are the source record's own (what its MAC covers); `text` is what its key is made of where the source gave no id;
 *   `k` counts the events of a line that stands for several
 * - reject: not taken, with the reason
 * - skip: good, but stands for no event; counted by `why`
 */
export type ReadItem =
  | { kind: 'draft'; line: number; draft: string | JsonValue; bytes: Buffer; text: string; k: number }
  | { kind: 'reject'; line: number; reason: string }
  | { kind: 'skip'; line: number; why: string };

/** Reads one file as it comes in chunks. Both are lazy: take all items before the next push. */
export type RecordReader = { push(chunk: Buffer): Iterable<ReadItem>; end(): Iterable<ReadItem> };

/** @param syslog where the lines have neither year nor zone: `year` is that of the file's first line */
export function recordReader(format: ImportFormat, syslog?: { year: number; zone: string }): RecordReader {
  switch (format) {
    case 'cloudtrail':
      return jsonReader(cloudTrailItem);
    case 'jsonl':
      return jsonlReader();
    case 'authlog':
      return authlogReader(new SyslogTime(syslog?.year ?? 1970, syslog?.zone ?? 'UTC'));
  }
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const withoutBom = (chunk: Buffer) => (chunk.subarray(0, 3).equals(BOM) ? chunk.subarray(3) : chunk);

type ToItem = (line: number, bytes: Buffer, text: string) => ReadItem;

function jsonReader(toItem: ToItem): RecordReader {
  const records = new JsonRecords();
  let isFirst = true;
  function* items(raws: RawRecord[]): Generator<ReadItem> {
    for (const raw of raws) yield itemOf(raw, toItem);
  }
  return {
    push(chunk) {
      const bytes = isFirst ? withoutBom(chunk) : chunk;
      isFirst = false;
      return items(records.push(bytes));
    },
    end: () => items(records.end()),
  };
}

/** One draft a line, so that a broken line costs that line alone; a file that begins with a bracket is read as one array. */
function jsonlReader(): RecordReader {
  let reader: RecordReader | null = null;
  const choose = (chunk: Buffer): RecordReader => {
    const first = withoutBom(chunk).find((byte) => byte > 0x20);
    return first === 0x5b ? jsonReader(jsonlItem) : lineReader((line, bytes) => jsonlLine(line, bytes));
  };
  return {
    push(chunk) {
      const isFirst = reader === null;
      reader ??= choose(chunk);
      return reader.push(isFirst ? withoutBom(chunk) : chunk);
    },
    end: () => reader?.end() ?? [],
  };
}

function authlogReader(time: SyslogTime): RecordReader {
  return lineReader(function* (n, bytes) {
    const read = textOf(bytes);
    if (!read.ok) return yield { kind: 'reject', line: n, reason: read.reason };
    const line = readAuthlogLine(read.text);
    if (line.kind === 'reject') return yield { kind: 'reject', line: n, reason: line.reason };
    // skipped lines are read for their time too: they carry the clock over New Year
    const occurredAt = line.stamp === null ? null : (time.read(line.stamp) ?? line.stamp);
    if (line.kind === 'skip' || occurredAt === null) return yield { kind: 'skip', line: n, why: line.kind === 'skip' ? line.why : '' };
    for (let k = 0; k < line.count; k++) {
      yield { kind: 'draft', line: n, draft: line.draft(occurredAt, k), bytes: Buffer.from(bytes), text: read.text, k };
    }
  });
}

function lineReader(toItems: (n: number, bytes: Buffer) => Iterable<ReadItem>): RecordReader {
  const lines = new Lines();
  function* items(raws: RawRecord[]): Generator<ReadItem> {
    for (const raw of raws) {
      if ('fault' in raw) yield { kind: 'reject', line: raw.n, reason: raw.fault };
      else yield* toItems(raw.n, raw.bytes);
    }
  }
  return { push: (chunk) => items(lines.push(chunk)), end: () => items(lines.end()) };
}

function* jsonlLine(line: number, bytes: Buffer): Generator<ReadItem> {
  if (bytes.every((byte) => byte <= 0x20 && byte !== 0)) yield { kind: 'skip', line, why: 'empty line' };
  else yield itemOf({ n: line, bytes }, jsonlItem);
}

function itemOf(raw: RawRecord, toItem: ToItem): ReadItem {
  if ('fault' in raw) return { kind: 'reject', line: raw.n, reason: raw.fault };
  const read = textOf(raw.bytes);
  if (!read.ok) return { kind: 'reject', line: raw.n, reason: read.reason };
  return toItem(raw.n, Buffer.from(raw.bytes), read.text);
}

/** The record is a draft in our own names: the normaliser reads the text itself, since it judges number literals and members. */
function jsonlItem(line: number, bytes: Buffer, text: string): ReadItem {
  return { kind: 'draft', line, draft: text, bytes, text, k: 0 };
}

function cloudTrailItem(line: number, bytes: Buffer, text: string): ReadItem {
  const parsed = parseJson(text);
  if (!parsed.ok) return { kind: 'reject', line, reason: parsed.pointer ? `${parsed.pointer}: ${parsed.reason}` : parsed.reason };
  const mapped = cloudTrailDraft(parsed.value);
  if (!mapped.ok) return { kind: 'reject', line, reason: mapped.reason };
  return { kind: 'draft', line, draft: mapped.draft satisfies JsonObject, bytes, text, k: 0 };
}
