import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { specVectors, vectorCases } from '../lib/test/spec-vectors';
import { CopyReader, type CopyRow } from './copy-row';
import { hashRow, headerText, payloadText } from './event';
import { recordLine } from './record';
import { RecordWriter } from './record-writer';
import { rowFromCopy } from './row-from-copy';
import { RowHasher } from './row-hasher';
import { RowKernel } from './row-kernel';
import { anyRow, plainRow } from './test/arbitrary-row';
import { type BinaryRow, COPY_END, COPY_START, copyStream, fieldBytes, int16, int64, micros, uuid } from './test/copy-stream';
import { storedRow } from './test/postgres-row';

const ORIGIN = 'audit.exämple.com/"main"';

/** Reads a stream in chunks of the given sizes (the last repeated) and gives what `read` makes of each row. */
function readAll<T>(stream: Buffer, sizes: number[], read: (row: CopyRow) => T): T[] {
  const reader = new CopyReader();
  const out: T[] = [];
  for (let at = 0, i = 0; at < stream.length; i++) {
    const size = sizes[Math.min(i, sizes.length - 1)] ?? stream.length;
    reader.push(Buffer.from(stream.subarray(at, at + size)));
    for (let row = reader.next(); row !== null; row = reader.next()) out.push(read(row));
    at += size;
  }
  reader.end();
  return out;
}

const chunkSizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });

function expectSameBytes(rows: BinaryRow[], sizes: number[]): void {
  const hasher = new RowHasher(ORIGIN);
  const read = readAll(copyStream(rows), sizes, (row) => {
    const stored = rowFromCopy(row);
    expect(hasher.header(row).toString()).toBe(headerText(ORIGIN, stored));
    expect(hasher.payload(row).toString()).toBe(payloadText(stored));
    expect(Buffer.from(hasher.eventDigest(row), 'latin1')).toEqual(hashRow(ORIGIN, stored));
    if (typeof stored.seq !== 'number') return;
    const [header, payload] = [headerText(ORIGIN, stored), payloadText(stored)];
    const record = { seq: stored.seq, prev: row.hex(23), header, payload, eventHash: row.hex(24) };
    expect(new RecordWriter(hasher).line(row).toString()).toBe(`${recordLine(record)}\n`);
  });
  expect(read.length).toBe(rows.length);
}

describe('the fast path writes the bytes of the slow one', () => {
  test('for rows of our types with hostile text', () => {
    fc.assert(fc.property(fc.array(plainRow, { maxLength: 6 }), chunkSizes, expectSameBytes), { numRuns: 200 });
  });

  test('for anything a database may send', () => {
    fc.assert(fc.property(fc.array(anyRow, { maxLength: 6 }), chunkSizes, expectSameBytes), { numRuns: 200 });
  });

  test.each(vectorCases('rows.good'))('for the published row: $name', ({ row, header, payload }) => {
    const stored = storedRow(row);
    const text = (value: string | null) => (value === null ? null : Buffer.from(value));
    const binary: BinaryRow = {
      seq: int64(Number(stored.seq)),
      recorded_at: int64(micros(String(stored.recordedAt))),
      occurred_at: int64(micros(String(stored.occurredAt))),
      id: uuid(String(stored.id)),
      v: int16(1),
      header_salt: stored.headerSalt,
      actor_type: text(stored.actorType),
      actor_id: text(stored.actorId),
      action: text(stored.action),
      resource_type: text(stored.resourceType),
      resource_id: text(stored.resourceId),
      outcome: text(stored.outcome),
      payload_salt: stored.payloadSalt,
      details: text(stored.details),
      ip_address: text(stored.ipAddress),
      user_agent: text(stored.userAgent),
      request_id: text(stored.requestId),
      session_id: text(stored.sessionId),
      source: text(stored.source),
      source_epoch: stored.sourceEpoch === null ? null : uuid(stored.sourceEpoch),
      source_seq: stored.sourceSeq === null ? null : int64(stored.sourceSeq),
      sealed: text(stored.sealed),
      redaction: text(stored.redaction),
      prev_hash: stored.prevHash,
      event_hash: stored.eventHash,
    };
    const hasher = new RowHasher(specVectors.rows.trail);
    const read = readAll(copyStream([binary]), [100], (view) => {
      expect(rowFromCopy(view)).toEqual(stored);
      expect(hasher.header(view).toString()).toBe(header);
      expect(hasher.payload(view).toString()).toBe(payload);
      return view.equalsDigest(24, hasher.eventDigest(view));
    });
    expect(read).toEqual([true]);
  });

  test('without WebAssembly all rows take the slow one, and the same hashes come of it', () => {
    const slow = new RowHasher(ORIGIN, null);
    const same = (rows: BinaryRow[], sizes: number[]) => {
      readAll(copyStream(rows), sizes, (row) => {
        expect(slow.eventDigest(row)).toBe(new RowHasher(ORIGIN).eventDigest(row));
        expect(slow.header(row)).toEqual(new RowHasher(ORIGIN).header(row));
        expect(slow.payload(row)).toEqual(new RowHasher(ORIGIN).payload(row));
      });
    };
    fc.assert(fc.property(fc.array(plainRow, { maxLength: 6 }), chunkSizes, same), { numRuns: 50 });
    expect(() => new RowKernel()).not.toThrow(); // here it can be had
  });

  test('rows as long as an event may be, and longer, in chunks of any size', () => {
    const [row] = fc.sample(plainRow, { numRuns: 1, seed: 3 }) as [BinaryRow];
    const plain = { ...row, details: Buffer.from('{}'), sealed: null, source_epoch: null, source_seq: null };
    const details = (size: number) => Buffer.from(`{"a":"${'é'.repeat(size / 2)}"}`);
    const rows = [10, 40_000, 262_144, 524_000, 524_288, 900_000].map((size) => ({ ...plain, details: details(size) }));
    const texts = [3000, 16_000, 16_384, 65_536].map((size) => ({ ...plain, actor_id: Buffer.alloc(size, 0x0a) }));
    for (const size of [50_000, 131_072, 3_000_000]) expectSameBytes([...rows, ...texts, plain], [size]);
  });

  test('two who read at once, and two trails, do not take one another’s rows', () => {
    const rows = fc.sample(plainRow, { numRuns: 40, seed: 5 }) as BinaryRow[];
    const [one, two] = [new CopyReader(), new CopyReader()];
    one.push(copyStream(rows));
    two.push(copyStream([...rows].reverse()));
    const hashers = [new RowHasher(ORIGIN), new RowHasher('b.example/main')] as const;
    for (let i = 0; i < rows.length; i++) {
      const [a, b] = [one.next() as CopyRow, two.next() as CopyRow];
      for (const [row, hasher, origin] of [
        [a, hashers[0], ORIGIN],
        [b, hashers[1], 'b.example/main'],
        [a, hashers[1], 'b.example/main'],
        [b, hashers[0], ORIGIN],
      ] as const) {
        expect(Buffer.from(hasher.eventDigest(row), 'latin1')).toEqual(hashRow(origin, rowFromCopy(row)));
        expect(hasher.header(row).toString()).toBe(headerText(origin, rowFromCopy(row)));
      }
    }
  });

  test('bytes that are no UTF-8 are never hashed as the text that is shown for them', () => {
    const [sample] = fc.sample(plainRow, { numRuns: 1, seed: 7 }) as [BinaryRow];
    const row = { ...sample, details: Buffer.from('{}'), sealed: null, source_epoch: null, source_seq: null };
    const shown = { ...row, actor_id: Buffer.from('a\ufffd') };
    const odd = { ...row, actor_id: Buffer.from([0x61, 0xff]) };
    for (const hasher of [new RowHasher(ORIGIN), new RowHasher(ORIGIN, null)]) {
      const digests = readAll(copyStream([shown, odd]), [4096], (view) => hasher.eventDigest(view));
      expect(new Set(digests).size).toBe(2);
      const headers = readAll(copyStream([shown, odd]), [4096], (view) => Buffer.from(hasher.header(view)));
      expect(headers.map((header) => Buffer.from(header.toString()).equals(header))).toEqual([true, false]);
    }
  });

  test('bytes that are no UTF-8 are hashed as they are', () => {
    const [sample] = fc.sample(plainRow, { numRuns: 1, seed: 9 }) as [BinaryRow];
    const row = { ...sample, details: Buffer.from('{}'), sealed: null, source_epoch: null, source_seq: null };
    // as doubles a quiet NaN, and one that signals
    const nans = Buffer.from('616161616161ff7f616161616161f47f', 'hex');
    const actor = Buffer.concat([Buffer.from([0x61, 0xff, 0xc0, 0x80]), nans, nans, nans]);
    const [header] = readAll(copyStream([{ ...row, actor_id: actor, recorded_at: int64(0), occurred_at: int64(0) }]), [64], (view) =>
      Buffer.from(new RowHasher(ORIGIN).header(view)),
    );
    expect(header?.includes(actor)).toBe(true);
    const hasher = new RowHasher(ORIGIN); // compiled or not
    const digests = readAll(copyStream(Array(20_000).fill({ ...row, actor_id: actor })), [4096], (view) => hasher.eventDigest(view));
    expect(new Set(digests).size).toBe(1);
  });
});

describe('reading a COPY stream', () => {
  const rows = fc.sample(plainRow, { numRuns: 3, seed: 1 });
  const stream = copyStream(rows);

  test('a field too long for any event is cut, whatever the chunks, and hashes as no event', () => {
    const details = Buffer.from(`{"a":"${'x'.repeat(17 * 1024 * 1024)}"}`);
    const agent = Buffer.alloc(200_000, 0x61);
    const huge = copyStream([rows[0] as BinaryRow, { ...(rows[1] as BinaryRow), details, user_agent: agent }, rows[2] as BinaryRow]);
    for (const size of [65_536, huge.length]) {
      const read = readAll(huge, [size], (row) => [row.integer(0), row.text(13)?.length, row.text(15)?.length ?? null]);
      expect(read.map(([seq]) => seq)).toEqual(rows.map((row) => Number((row.seq as Buffer).readBigInt64BE())));
      expect(read[1]?.slice(1)).toEqual([16 * 1024 * 1024, 65_536]);
    }
  });

  test('a stream that is cut, goes on, has other columns or is none is a fault', () => {
    const read = (bytes: Buffer) => () => readAll(bytes, [50], () => null);
    expect(read(stream)).not.toThrow();
    expect(read(stream.subarray(0, -2))).toThrow('ended in the middle');
    expect(read(stream.subarray(0, -40))).toThrow('ended in the middle');
    expect(read(Buffer.concat([stream, Buffer.from('x')]))).toThrow('after the end');
    expect(read(Buffer.concat([COPY_START, int16(1), fieldBytes(int64(1)), COPY_END]))).toThrow('a row of 1 columns');
    expect(read(Buffer.from('seq,recorded_at\n1,2026-03-01\n'))).toThrow('no binary COPY');
    expect(read(Buffer.alloc(0))).toThrow('ended in the middle');
  });
});
