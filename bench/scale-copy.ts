// A trail of millions in minutes: each row of a smaller one several times, a little later each time, numbered, linked and hashed anew, by binary COPY from one scratch database
// into another. A verification of it finds nothing, as of the first.
//
//   node --conditions=react-server --import tsx bench/scale-copy.ts --from postgres://… --url postgres://… --times 5 [--alias main]
import { once } from 'node:events';
import pg from 'pg';
import type { Sql } from 'postgres';
import { COLUMN as C, COPY_COLUMNS, CopyReader } from '@/core/copy-row';
import { genesisHash } from '@/core/event';
import { RowHasher } from '@/core/row-hasher';
import { CopyFrames } from '@/db/copy-frames';

export type CopyScale = { from: string; trailId: number; origin: string; times: number; stepMicros: number };

/** Fills the empty trail `trailId` of `sql`, whose months are there, from the only trail of the database `from`. Event 0, which is the trail's own, comes once. @returns the head */
export async function copyScaleRows(sql: Sql, { from, trailId, origin, times, stepMicros }: CopyScale): Promise<{ nextSeq: number; lastHash: Buffer }> {
  const source = new pg.Client({ connectionString: from });
  await source.connect();
  await source.query("set enable_sort = off; set time zone 'UTC'");
  const frames = source.query(new CopyFrames(`copy (select ${COPY_COLUMNS.join(', ')} from audit_event order by trail_id, seq) to stdout (format binary)`));
  const sink = await sql.unsafe(`copy audit_event (trail_id, ${COPY_COLUMNS.join(', ')}) from stdin (format binary)`).writable();
  const hasher = new RowHasher(origin);
  const reader = new CopyReader();
  let seq = 0;
  let lastHash = genesisHash(origin);
  let out = Buffer.allocUnsafe(1 << 20);
  Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1').copy(out);
  let at = 19;
  const flush = async () => {
    if (!sink.write(out.subarray(0, at))) await once(sink, 'drain');
    out = Buffer.allocUnsafe(1 << 20);
    at = 0;
  };
  for await (const chunk of frames) {
    reader.push(chunk);
    for (let row = reader.next(); row !== null; row = reader.next()) {
      const { bytes, starts } = row;
      const start = (column: number) => starts[column] as number;
      for (let k = 0; k < (seq === 0 ? 1 : times); k++) {
        bytes.writeBigInt64BE(BigInt(seq), start(C.seq));
        for (const column of k === 0 ? [] : [C.recorded_at, C.occurred_at]) {
          bytes.writeBigInt64BE(bytes.readBigInt64BE(start(column)) + BigInt(stepMicros), start(column));
        }
        bytes[start(C.id)] = (bytes[start(C.id)] as number) ^ (k === 0 ? 0 : k ^ (k - 1));
        lastHash.copy(bytes, start(C.prev_hash));
        lastHash = Buffer.from(hasher.eventDigest(row), 'latin1');
        lastHash.copy(bytes, start(C.event_hash));
        if (at + row.size + 64 > out.length) await flush();
        out.writeInt16BE(COPY_COLUMNS.length + 1, at);
        out.writeInt32BE(4, at + 2);
        out.writeInt32BE(trailId, at + 6);
        at += 10 + bytes.copy(out, at + 10, start(C.seq) - 4, start(C.event_hash) + 32);
        seq++;
      }
    }
  }
  await flush();
  sink.end(Buffer.from([0xff, 0xff]));
  await once(sink, 'finish');
  await source.end();
  return { nextSeq: seq, lastHash };
}
