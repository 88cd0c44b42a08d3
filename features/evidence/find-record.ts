import 'server-only';
import readline from 'node:readline';
import { type EventRecord, parseRecordLine } from '@/core/record';
import type { TrailId } from '@/db/scope';
import { openZipEntry } from '@/lib/zip/read-entry';
import { bundleFile } from './files';
import { listBundles } from './queries/bundles';

export type KeptRecord = { fileName: string; bundleId: string; createdAt: string; record: EventRecord };

const BUNDLES_LOOKED_AT = 20;

/**
 * The event as bundles of ours hold it, the oldest first, whose copy is the nearer to what was written: at most 20 bundles that reach over its number, as long as `limitMs` lasts.
 * Nothing of a bundle is believed here: whether a record is what was sealed is for its hash to say (`isWanted`).
 * @param isWanted the first record that it takes is the answer; where it takes none, the first that was found
 */
export async function findKeptRecord(trailId: TrailId, seq: number, isWanted: (record: EventRecord) => boolean, limitMs = 2_000): Promise<KeptRecord | null> {
  const end = performance.now() + limitMs;
  const bundles = (await listBundles(trailId)).filter(({ fromSeq, toSeq }) => fromSeq <= seq && seq < toSeq).reverse();
  let first: KeptRecord | null = null;
  for (const { fileName, bundleId, createdAt } of bundles.slice(0, BUNDLES_LOOKED_AT)) {
    const record = await recordIn(bundleFile(fileName), seq, end);
    if (record === null) continue;
    const kept = { fileName, bundleId, createdAt, record };
    if (isWanted(record)) return kept;
    first ??= kept;
  }
  return first;
}

/** The lines of a bundle ascend by seq: reading ends behind the number that is looked for. */
async function recordIn(file: string, seq: number, endMs: number): Promise<EventRecord | null> {
  const content = await openZipEntry(file, (name) => name.endsWith('/data/events.jsonl'));
  if (content === null) return null;
  try {
    for await (const line of readline.createInterface({ input: content, crlfDelay: Number.POSITIVE_INFINITY })) {
      const at = Number(/^\{"seq":(\d+),/.exec(line)?.[1] ?? Number.NaN);
      if (at === seq) return parseRecordLine(line);
      if (!(at < seq) || performance.now() > endMs) return null;
    }
    return null;
  } catch {
    return null; // a damaged bundle holds no copy; the download says so and refuses it
  } finally {
    content.destroy();
  }
}
