import { COLUMN as C, type CopyRow } from '@/core/copy-row';
import { CSV_START, csvLine } from '@/core/csv';

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

/** An event for reading; the record is its JSON line. */
export function csvRow(row: CopyRow, withDetails: boolean): string {
  const cells: (string | number | null)[] = [
    row.number(C.seq),
    row.time(C.recorded_at),
    row.time(C.occurred_at),
    row.text(C.actor_type),
    row.text(C.actor_id),
    row.text(C.action),
    row.text(C.resource_type),
    row.text(C.resource_id),
    row.text(C.outcome),
    row.text(C.ip_address),
    row.text(C.user_agent),
    row.text(C.request_id),
    row.text(C.session_id),
    row.text(C.source),
    row.uuid(C.id),
    row.hex(C.event_hash),
  ];
  if (withDetails) cells.push(detailsCell(row));
  return csvLine(cells);
}

function detailsCell(row: CopyRow): string | null {
  const details = row.text(C.details);
  if (details === null || details.length <= MOST_IN_A_CELL) return details;
  return `(${details.length} characters, too long for a cell: export event ${row.number(C.seq)} as JSON Lines)`;
}
