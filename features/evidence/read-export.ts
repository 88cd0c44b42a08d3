import 'server-only';
import type { CopyRow } from '@/core/copy-row';
import type { JsonValue } from '@/core/json';
import { RecordWriter } from '@/core/record-writer';
import { type Actor, recordActNow } from '@/features/trail/mutations/record-act';
import { openSelection, type Selection, type SelectionOptions } from './queries/selection';
import { csvHead, ReportWriter } from './report-csv';

export type ExportFormat = 'csv' | 'jsonl';

type Options = SelectionOptions & { format: ExportFormat; actor: Actor; ip?: string | null; userAgent?: string | null };

const PIECE_BYTES = 64 * 1024;

/**
 * Opens an export: the question is counted on one state of the trail and the act `audit.export` is recorded, before there is a first byte. If it cannot be recorded
 * nothing is exported.
 * @returns the count, and the bytes, each row hashed again; leaving the bytes early stops the server's COPY. @throws AppError as openSelection
 */
export async function openExport({ format, actor, ip, userAgent, ...options }: Options): Promise<{ selection: Selection; bytes: AsyncGenerator<Buffer> }> {
  const selection = await openSelection(options);
  try {
    await recordActNow({
      action: 'audit.export',
      actor,
      ip,
      userAgent,
      resourceType: 'trail',
      resourceId: options.trail.origin,
      details: { filter: options.filter as JsonValue, format, count: selection.matched, from: selection.from, to: selection.to },
    });
  } catch (cause) {
    await selection.close();
    throw cause;
  }
  return { selection, bytes: readBytes(selection, format) };
}

async function* readBytes(selection: Selection, format: ExportFormat): AsyncGenerator<Buffer> {
  const record = new RecordWriter(selection.hasher);
  const report = new ReportWriter(true);
  const lineOf = (row: CopyRow) => Buffer.from(format === 'csv' ? report.line(row) : record.line(row));
  try {
    let lines: Buffer[] = format === 'csv' ? [Buffer.from(csvHead(true))] : [];
    let size = 0;
    for await (const rows of selection.rows()) {
      for (const row of rows) size += lines[lines.push(lineOf(row)) - 1]?.length ?? 0;
      if (size < PIECE_BYTES) continue;
      yield Buffer.concat(lines);
      [lines, size] = [[], 0];
    }
    yield Buffer.concat(lines);
  } finally {
    await selection.close();
  }
}
