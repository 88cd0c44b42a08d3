import { DayText, isPlainTime, putHex, putInteger, putTime, putUuid } from '@/core/canonical-bytes';
import { COLUMN as C, type CopyRow } from '@/core/copy-row';
import { CSV_START, csvCell, csvLine } from '@/core/csv';
import { putCell, putComma } from '@/core/csv-bytes';

// A spreadsheet's cell holds 32,767 characters; a longer one would be cut without a word.
const MOST_IN_A_CELL = 32_000;

const HEAD = [
  'seq',
  'recorded_at (UTC)',
  'occurred_at (UTC)',
  'actor_type',
  'actor_id',
  'action',
  'resource_type',
  'resource_id',
  'outcome',
  'ip_address',
  'user_agent',
  'request_id',
  'session_id',
  'source',
  'id',
  'event_hash',
];

/** The first line, with the mark that tells a spreadsheet it is UTF-8. */
export const csvHead = (withDetails: boolean): string => CSV_START + csvLine(withDetails ? [...HEAD, 'details'] : HEAD);

const TEXTS = [C.actor_type, C.actor_id, C.action, C.resource_type, C.resource_id, C.outcome, C.ip_address, C.user_agent, C.request_id, C.session_id, C.source];
const CR = 0x0d;
const LF = 0x0a;

/** Events for reading, a line each; the record is the JSON line. Cells are written as bytes into one reused buffer, what is not plain by way of csvCell. */
export class ReportWriter {
  private memory = new ArrayBuffer(131_072);
  private bytes = Buffer.from(this.memory);
  private view = new DataView(this.memory);
  private readonly days = [new DayText(), new DayText()] as const;

  constructor(private readonly withDetails: boolean) {}

  /** The line of a row, with its CRLF; good until the next call. */
  line(row: CopyRow): Buffer {
    this.grow(row.size * 3 + 4096); // U+FFFD for a broken byte is three; a quote doubled two; the rest has its size
    let at = this.seq(0, row);
    at = this.time(putComma(this.bytes, at), row, C.recorded_at, this.days[0]);
    at = this.time(putComma(this.bytes, at), row, C.occurred_at, this.days[1]);
    for (const column of TEXTS) at = this.text(putComma(this.bytes, at), row, column);
    at = this.uuid(putComma(this.bytes, at), row);
    at = this.hex(putComma(this.bytes, at), row);
    if (this.withDetails) at = this.details(putComma(this.bytes, at), row);
    this.bytes[at++] = CR;
    this.bytes[at++] = LF;
    return this.bytes.subarray(0, at);
  }

  private seq(at: number, row: CopyRow): number {
    const seq = row.number(C.seq);
    return seq >= 0 && seq <= Number.MAX_SAFE_INTEGER ? putInteger(this.view, at, seq) : this.slow(at, seq);
  }

  private time(at: number, row: CopyRow, column: number, days: DayText): number {
    const micros = row.lengths[column] === 8 ? row.number(column) : Number.NaN;
    return isPlainTime(micros) ? putTime(this.view, at, micros, days) : this.slow(at, row.time(column));
  }

  private text(at: number, row: CopyRow, column: number): number {
    const length = row.lengths[column] as number;
    if (length < 0) return at;
    const from = row.starts[column] as number;
    const end = putCell(this.bytes, at, row.bytes, from, from + length);
    return end < 0 ? this.slow(at, row.text(column)) : end;
  }

  private uuid(at: number, row: CopyRow): number {
    if (row.lengths[C.id] !== 16) return this.slow(at, row.uuid(C.id));
    const end = putUuid(this.view, at, row.view, row.starts[C.id] as number);
    return putCell(this.bytes, at, this.bytes, at, end) < 0 ? this.slow(at, row.uuid(C.id)) : end;
  }

  private hex(at: number, row: CopyRow): number {
    const end = putHex(this.view, at, row.view, row.starts[C.event_hash] as number, Math.max(0, row.lengths[C.event_hash] as number));
    return putCell(this.bytes, at, this.bytes, at, end) < 0 ? this.slow(at, row.hex(C.event_hash)) : end;
  }

  private details(at: number, row: CopyRow): number {
    if ((row.lengths[C.details] as number) <= MOST_IN_A_CELL) return this.text(at, row, C.details);
    const details = row.text(C.details);
    if (details === null || details.length <= MOST_IN_A_CELL) return this.slow(at, details);
    return this.slow(at, `(${details.length} characters, too long for a cell: export event ${row.number(C.seq)} as JSON Lines)`);
  }

  private slow(at: number, value: string | number | null): number {
    return at + this.bytes.write(csvCell(value), at);
  }

  private grow(size: number) {
    if (size <= this.memory.byteLength) return;
    this.memory = new ArrayBuffer(size * 2);
    this.bytes = Buffer.from(this.memory);
    this.view = new DataView(this.memory);
  }
}
