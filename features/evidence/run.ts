// SPEC §10 at level `selection`, without the seal's parts yet. One pass over the matching rows on one snapshot, in constant memory:
//
//   COPY … ORDER BY seq ─▶ hashed again ─┬▶ events.jsonl ─┐ each packed and hashed on its way into a part beside
//                                        ├▶ query.json    ├─▶ manifests ─▶ the zip, in its order ─▶ fsync, hash
//                                        └▶ report.csv   ─┘
//
// The manifests stand before data/ in the zip but follow from it: hence the parts.
import 'server-only';
import path from 'node:path';
import {
  BAGIT_TEXT,
  type BagFile,
  bagInfoText,
  bundleFolder,
  MANIFEST,
  manifestText,
  queryFrame,
  TAG_MANIFEST,
  tagManifestText,
  zipOrder,
} from '@/core/bundle';
import { readmeText } from '@/core/bundle-readme';
import { COLUMN, type CopyRow } from '@/core/copy-row';
import { RecordWriter } from '@/core/record-writer';
import type { RowHasher } from '@/core/row-hasher';
import { sha256Hex } from '@/core/sha256';
import type { Scope, TrailId } from '@/db/scope';
import { type Part, PartWriter } from '@/lib/zip/part';
import { writeZip } from '@/lib/zip/write-zip';
import { openSelection, type Selection } from './queries/selection';
import { csvHead, ReportWriter } from './report-csv';
import type { BundleParams, BundleResult } from './schema';

export type BundleOptions = {
  bundleId: string;
  trail: { trailId: TrailId; origin: string; alias: string; isSynthetic: boolean };
  scope: Scope;
  params: BundleParams;
  catalogueSha256: string | null;
  /** 27 characters */
  createdAt: string;
  /** How README.txt names who asked. */
  madeBy: string;
  software: string;
  /** An empty folder; the parts and the zip come into it. */
  folder: string;
  signal: AbortSignal;
  /** Some times a second. `bytes`: unpacked until all rows are through, then of the zip. */
  report: (progress: { rows: number; matched: number; inRange: number; from: number; to: number; bytes: number }) => void;
};

/** @returns what the bundle is, and its zip in the folder. @throws AppError RANGE, EVENT_ALTERED, COUNT_CHANGED; the signal's reason; disk and database faults as they are */
export async function buildBundle(options: BundleOptions): Promise<{ file: string; bundle: BundleResult }> {
  const { bundleId, trail, scope, params, folder, signal } = options;
  const selection = await openSelection({ trail, scope, filter: params.filter, from: params.from, to: params.to, signal });
  let written: Written;
  try {
    written = await writeParts(options, selection);
  } finally {
    await selection.close();
  }
  const { from, to, inRange, matched } = selection;
  const texts = tagTexts(options, selection, written);
  const contents: Record<string, Buffer | Part> = { ...written.parts, ...texts };
  const root = bundleFolder(trail.alias, bundleId);
  const file = path.join(folder, `${root}.zip`);
  const entries = zipOrder(Object.keys(contents)).map((name) => ({ name: `${root}/${name}`, content: contents[name] as Buffer | Part }));
  const { sizeBytes, sha256 } = await writeZip(file, entries, {
    signal,
    onBytes: (bytes) => options.report({ rows: matched, matched, inRange, from, to, bytes }),
  });
  const files = zipOrder(Object.keys(contents)).map((name) => fileOf(name, contents[name] as Buffer | Part));
  return {
    file,
    bundle: {
      bundle_id: bundleId,
      from,
      to,
      matched,
      in_range: inRange,
      file_name: path.basename(file),
      size_bytes: sizeBytes,
      sha256,
      tagmanifest_sha256: sha256Hex(texts[TAG_MANIFEST] as Buffer),
      files,
    },
  };
}

type Sample = Parameters<typeof readmeText>[0]['sample'];
type Written = { parts: Record<string, Part>; sample: Sample };

async function writeParts({ trail, params, catalogueSha256, folder, report }: BundleOptions, selection: Selection): Promise<Written> {
  const { from, to, inRange, matched } = selection;
  const part = (name: string) => PartWriter.open(path.join(folder, name));
  const [events, query, csv] = await Promise.all([part('events.part'), part('query.part'), part('csv.part')]);
  const writers = [events, query, csv];
  const [before, after] = queryFrame({
    trail: trail.origin,
    from,
    to,
    filter: params.filter,
    time: params.time,
    completeness: params.level,
    matched,
    inRange,
    catalogueSha256,
  });
  query.write(before);
  csv.write(csvHead(false));
  const { hasher } = selection;
  const record = new RecordWriter(hasher);
  const lines = new ReportWriter(false);
  let sample: Sample = null;
  let done = 0;
  const tell = () => report({ rows: done, matched, inRange, from, to, bytes: events.sizeBytes + csv.sizeBytes });
  try {
    tell();
    for await (const rows of selection.rows()) {
      for (const row of rows) {
        sample ??= sampleOf(row, hasher);
        events.write(record.line(row));
        query.write(done === 0 ? String(row.number(COLUMN.seq)) : `,${row.number(COLUMN.seq)}`);
        csv.write(lines.line(row));
        done++;
      }
      for (const writer of writers) await writer.drain();
      tell();
    }
    query.write(after);
    const [eventsPart, queryPart, csvPart] = await Promise.all([events.end(), query.end(), csv.end()]);
    return { parts: { 'data/events.jsonl': eventsPart, 'data/query.json': queryPart, 'data/report.csv': csvPart }, sample };
  } catch (cause) {
    await Promise.all(writers.map((writer) => writer.abandon()));
    throw cause;
  }
}

function sampleOf(row: CopyRow, hasher: RowHasher): Sample {
  const header = sha256Hex(hasher.header(row));
  const payload = sha256Hex(hasher.payload(row));
  return { seq: row.number(COLUMN.seq), prev: row.hex(COLUMN.prev_hash), headerHash: header, payloadHash: payload, eventHash: row.hex(COLUMN.event_hash) };
}

function tagTexts(options: BundleOptions, { from, to, inRange, matched }: Selection, { parts, sample }: Written): Record<string, Buffer> {
  const { bundleId, trail, params, createdAt, madeBy, software } = options;
  const payload = Object.values(parts);
  const info = { bundleId, origin: trail.origin, level: params.level, from, to, createdAt, software };
  const readme = { folder: bundleFolder(trail.alias, bundleId), origin: trail.origin, isSynthetic: trail.isSynthetic, from, to, inRange, matched };
  const texts: Record<string, string> = {
    'bagit.txt': BAGIT_TEXT,
    'bag-info.txt': bagInfoText({ ...info, payloadBytes: payload.reduce((sum, { size }) => sum + size, 0), payloadFiles: payload.length }),
    'README.txt': readmeText({ ...readme, filter: params.filter, createdAt, madeBy, software, sample }),
    [MANIFEST]: manifestText(Object.entries(parts).map(([name, { sha256 }]) => ({ path: name, sha256 }))),
  };
  const tags: BagFile[] = Object.entries(texts).map(([name, text]) => ({ path: name, sha256: sha256Hex(text) }));
  texts[TAG_MANIFEST] = tagManifestText(tags);
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));
}

const fileOf = (name: string, content: Buffer | Part) =>
  Buffer.isBuffer(content)
    ? { path: name, sha256: sha256Hex(content), size_bytes: content.length }
    : { path: name, sha256: content.sha256, size_bytes: content.size };
