// A bundle against COPY → zip: features/evidence/run.ts whole (each row hashed again, its record, report.csv, query.json, manifests, fsync, hash), as the reader through the
// view, against the same rows as COPY's text in a zip with one entry, packed at the same level and fsynced.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import { COPY_COLUMNS } from '@/core/copy-row';
import { openSnapshot } from '@/db/copy-out';
import { mintScope, mintTrailId, type Scope } from '@/db/scope';
import { openSelection } from '@/features/evidence/queries/selection';
import { openExport } from '@/features/evidence/read-export';
import { buildBundle } from '@/features/evidence/run';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { nowText } from '@/lib/time';
import { SOFTWARE } from '@/lib/version';
import { loadScaleTrail } from './scale-trail';
import { median, peakRssMb, rates, rounded, type Subject, timed } from './subject';

const ORIGIN = 'bench.invalid/scale';
const LEVEL = 6;

export const subject: Subject = {
  async prepare({ events, sql, say }) {
    await ensureFirstTrails(); // an export is recorded in the product's own trail
    say(`filling ${ORIGIN} with ${events} events …`);
    return { trailId: await loadScaleTrail(sql, events, ORIGIN) };
  },

  async measure({ events, rounds, prepared, say }) {
    const trailId = mintTrailId(Number(prepared.trailId));
    const scope = mintScope([trailId]);
    const trail = { trailId, origin: ORIGIN, alias: 'scale', isSynthetic: false };
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-bench-export-'));
    let [made, sizes] = [0, { ours: 0, limit: 0 }];
    const bundle = async () => {
      const place = path.join(folder, `b${made++}`);
      fs.mkdirSync(place);
      const { bundle: result } = await buildBundle({
        bundleId: `00000000-0000-7000-8000-${String(made).padStart(12, '0')}`,
        trail,
        scope,
        params: { level: 'selection', filter: null, from: 0, time: null },
        catalogueSha256: null,
        createdAt: nowText(),
        madeBy: 'bench',
        software: SOFTWARE,
        folder: place,
        signal: new AbortController().signal,
        report: () => {},
      });
      if (result.matched !== events) throw new Error(`${result.matched} of ${events} events`);
      sizes = { ...sizes, ours: result.size_bytes };
      fs.rmSync(place, { recursive: true });
    };
    const limit = async () => {
      const file = path.join(folder, `l${made++}.zip`);
      sizes = { ...sizes, limit: await copyToZip(scope, trailId, file) };
      fs.rmSync(file);
    };
    const rows = async () => {
      const selection = await openSelection({ trail, scope, filter: null });
      for await (const group of selection.rows()) for (const _ of group);
      await selection.close();
    };
    const lines = async () => {
      const { bytes } = await openExport({ trail, scope, filter: null, format: 'jsonl', actor: 'system' });
      for await (const _ of bytes);
    };
    const took = { limit: [] as number[], ours: [] as number[], rows: [] as number[], lines: [] as number[] };
    let rssMb: number;
    try {
      await bundle(); // warms the server's cache and this process
      rssMb = peakRssMb(); // before the limit's own memory
      await limit();
      for (let round = 1; round <= rounds; round++) {
        took.limit.push(await timed(limit));
        took.ours.push(await timed(bundle));
        took.rows.push(await timed(rows));
        took.lines.push(await timed(lines));
        say(`round ${round}: COPY to zip ${took.limit.at(-1)?.toFixed(0)} ms, bundle ${took.ours.at(-1)?.toFixed(0)} ms`);
      }
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
    const each = (ms: number) => rounded((1000 * ms) / events);
    return {
      name: 'export',
      ...rates(events, took),
      parts: {
        'COPY to zip, µs an event': each(median(took.limit)),
        'reading and hashing again, µs an event': each(median(took.rows)),
        'the same as JSON lines, unpacked, µs an event': each(median(took.lines)),
        'the whole bundle, µs an event': each(median(took.ours)),
        'bytes an event in the bundle': Math.round(sizes.ours / events),
        'bytes an event in COPY to zip': Math.round(sizes.limit / events),
      },
      rssMb,
    };
  },
};

async function copyToZip(scope: Scope, trailId: number, file: string): Promise<number> {
  const snapshot = await openSnapshot({ scope });
  await snapshot.query("select set_config('enable_sort', 'off', true), set_config('jit', 'off', true)");
  const query = `select ${COPY_COLUMNS.join(', ')} from event_view where trail_id = ${trailId} order by seq`;
  const zip = new yazl.ZipFile();
  zip.addReadStream(Readable.from(snapshot.copy(query, 'text'), { objectMode: false }), 'events.txt', { compress: true, compressionLevel: LEVEL });
  zip.end();
  await pipeline(zip.outputStream, fs.createWriteStream(file, { flush: true }));
  await snapshot.close();
  return fs.statSync(file).size;
}
