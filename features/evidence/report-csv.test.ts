import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMN as C, CopyReader, type CopyRow } from '@/core/copy-row';
import { csvLine } from '@/core/csv';
import { anyRow, plainRow } from '@/core/test/arbitrary-row';
import { copyStream } from '@/core/test/copy-stream';
import { ReportWriter } from './report-csv';

/** The same line by way of texts. */
function lineOfTexts(row: CopyRow, withDetails: boolean): string {
  const texts = [
    C.actor_type,
    C.actor_id,
    C.action,
    C.resource_type,
    C.resource_id,
    C.outcome,
    C.ip_address,
    C.user_agent,
    C.request_id,
    C.session_id,
    C.source,
  ];
  const cells = [row.number(C.seq), row.time(C.recorded_at), row.time(C.occurred_at), ...texts.map((c) => row.text(c)), row.uuid(C.id), row.hex(C.event_hash)];
  return csvLine(withDetails ? [...cells, row.text(C.details)] : cells);
}

test.each([
  ['rows of our types with hostile text', plainRow],
  ['anything a database may send', anyRow],
])('a line that is made of bytes is the line that is made of texts, for %s', (_, rowOf) => {
  fc.assert(
    fc.property(fc.array(rowOf, { maxLength: 5 }), fc.boolean(), (rows, withDetails) => {
      const writer = new ReportWriter(withDetails);
      const reader = new CopyReader();
      reader.push(copyStream(rows));
      for (let row = reader.next(); row !== null; row = reader.next()) expect(writer.line(row).toString()).toBe(lineOfTexts(row, withDetails));
    }),
    { numRuns: 500 },
  );
});
