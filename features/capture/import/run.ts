// An import from begin to end, as an async generator: yields how far it is, returns what became of it. One for the command line, the screen and tests.
import type { Scope, TrailId } from '@/db/scope';
import { writeTransaction } from '@/db/transaction';
import { appendEvents, type Draft, type Prepared, prepareDrafts } from '@/features/trail/mutations/append';
import { appClock } from '@/features/trail/mutations/batch-clock';
import { AppError } from '@/lib/errors';
import { closedToImports } from './closed-trail';
import { type ReadItem, recordReader } from './read-records';
import type { ImportSettings } from './schema';
import { BrokenFile, readFile, type SourceFile } from './source-files';
import { ItemTaker } from './take-item';

/** `line` is the number of the record in a JSON file. */
export type Reject = { file: string; line: number; reason: string };

/** `read` counts what stands for an event or should: read = appended + duplicates + rejected once all is done. `skipped`: good lines that stand for no event, by why. */
export type ImportCounts = { read: number; appended: number; duplicates: number; rejected: number; skipped: Record<string, number> };

export type ImportProgress = ImportCounts & { bytesDone: number; bytesTotal: number /** met since the last one */; rejects: Reject[] };

export type ImportedFile = { name: string; bytes: number; sha256: string };

export type ImportOutcome = ImportCounts & {
  /** Stopped before all was read. */
  isCancelled: boolean;
  files: ImportedFile[];
  /** Of the events appended; null where there are none. */
  seqs: { first: number; last: number } | null;
  /** First and last time among the events, new and known, 27 characters. */
  occurred: { first: string; last: string } | null;
};

export type ImportRequest = {
  trail: { trailId: TrailId; origin: string; isSynthetic: boolean };
  scope: Scope;
  settings: ImportSettings;
  files: readonly SourceFile[];
  /** Stops at the next safe place; what was appended stays. */
  signal?: AbortSignal | undefined;
};

const BATCH_EVENTS = 1000;
const BATCH_BYTES = 4 * 1024 * 1024; // a batch of the largest records must not take the memory either
const YIELD_MS = 200;

/**
 * Reads, maps, normalises and appends. While one batch is being stored the next one is read, so memory holds two batches whatever the files' size. Importing the same
 * records again changes nothing, and says so; so an import that was cut off is simply begun again.
 * @throws AppError IMPORT_SYNTHETIC, IMPORT_OWN, FILE_UNREADABLE and those of appendEvents
 */
export async function* importFiles({ trail, scope, settings, files, signal }: ImportRequest): AsyncGenerator<ImportProgress, ImportOutcome> {
  const closed = closedToImports(trail);
  if (closed) throw new AppError(closed.code, { hint: `${trail.origin}: ${closed.message}` });
  const state = newState();
  const bytesTotal = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  let storing: Promise<void> = Promise.resolve();
  let batch: Pending[] = [];
  let batchBytes = 0;
  let bytesBefore = 0;
  let saidAt = performance.now();
  let isCutShort = false; // something was left unread; a signal that comes once all is read stops nothing

  const store = async () => {
    const full = batch;
    batch = [];
    batchBytes = 0;
    const prepared = prepareDrafts(full.map(({ draft }) => draft)); // while the batch before is at the database
    await storing;
    if (full.length === 0) return;
    storing = storeBatch(trail.trailId, scope, full, prepared, state, settings.source);
    storing.catch(() => {}); // thrown to whoever awaits it next
  };
  const progress = (bytesDone: number): ImportProgress => {
    saidAt = performance.now();
    return { ...state.counts, skipped: { ...state.counts.skipped }, bytesDone, bytesTotal, rejects: state.rejects.splice(0) };
  };

  for (const file of files) {
    const reading = readFile(file);
    const taker = new ItemTaker(settings.format, settings.source);
    const items = fileItems(reading.chunks, settings);
    let receivedAt = appClock();
    for await (const group of items) {
      for (const item of group) {
        isCutShort = signal?.aborted ?? false;
        if (isCutShort) break;
        if (item.kind === 'skip') {
          addSkip(state.counts.skipped, item.why);
          continue;
        }
        state.counts.read++;
        const taken = item.kind === 'reject' ? { ok: false as const, reason: item.reason } : taker.take(item, receivedAt);
        if (!taken.ok) {
          state.reject({ file: file.name, line: item.line, reason: taken.reason });
          continue;
        }
        batch.push({ draft: taken.draft, file: file.name, line: item.line });
        batchBytes += (taken.draft.macBytes as Buffer).length;
        if (batch.length >= BATCH_EVENTS || batchBytes >= BATCH_BYTES) {
          await store();
          receivedAt = appClock();
          yield progress(bytesBefore + reading.bytesRead());
        }
      }
      if (isCutShort) break;
      if (performance.now() - saidAt > YIELD_MS) yield progress(bytesBefore + reading.bytesRead());
    }
    if (isCutShort) break;
    bytesBefore += reading.bytesRead();
    state.files.push({ name: file.name, bytes: reading.bytesRead(), sha256: await reading.sha256() });
  }
  await store();
  await storing;
  yield progress(bytesBefore);
  return { ...state.counts, isCancelled: isCutShort, files: state.files, seqs: state.seqs, occurred: state.occurred };
}

type Pending = { draft: Draft; file: string; line: number };
type State = ReturnType<typeof newState>;

function newState() {
  const counts: ImportCounts = { read: 0, appended: 0, duplicates: 0, rejected: 0, skipped: Object.create(null) };
  const rejects: Reject[] = [];
  return {
    counts,
    rejects,
    files: [] as ImportedFile[],
    seqs: null as ImportOutcome['seqs'],
    occurred: null as ImportOutcome['occurred'],
    reject(reject: Reject) {
      counts.rejected++;
      rejects.push(reject);
    },
  };
}

/** The items of a file, chunk by chunk; a file that breaks off ends in a reject. */
async function* fileItems(chunks: AsyncGenerator<Buffer>, settings: ImportSettings): AsyncGenerator<Iterable<ReadItem>> {
  const syslog = settings.year === undefined || settings.zone === undefined ? undefined : { year: settings.year, zone: settings.zone };
  const reader = recordReader(settings.format, syslog);
  let last = 0;
  function* watched(items: Iterable<ReadItem>): Generator<ReadItem> {
    for (const item of items) {
      last = item.line;
      yield item;
    }
  }
  try {
    for await (const chunk of chunks) yield watched(reader.push(chunk));
  } catch (cause) {
    if (!(cause instanceof BrokenFile)) throw cause;
    yield [{ kind: 'reject', line: last + 1, reason: `${cause.message}; what follows record ${last} could not be read` }];
    return;
  }
  yield watched(reader.end());
}

const MAX_REASONS = 200;

/** Why lines were skipped is taken from the lines (a program's name), so a hostile file could make any number of reasons. */
function addSkip(skipped: Record<string, number>, why: string) {
  const name = why in skipped || Object.keys(skipped).length < MAX_REASONS ? why : 'others';
  skipped[name] = (skipped[name] ?? 0) + 1;
}

async function storeBatch(trailId: TrailId, scope: Scope, batch: Pending[], prepared: Prepared[], state: State, source: string): Promise<void> {
  const results = await writeTransaction(scope, (tx) =>
    appendEvents(
      tx,
      trailId,
      batch.map(({ draft }) => draft),
      { prepared },
    ),
  );
  for (const [i, { status, receipt }] of results.entries()) {
    const { draft, file, line } = batch[i] as Pending;
    if (status === 'conflict') {
      const reason = `ID_CONFLICT: "${source}" has sent another record under the id ${draft.draft.id}; that one stands, and event ${receipt.seq} says so`;
      state.reject({ file, line, reason });
      continue;
    }
    if (status === 'duplicate') state.counts.duplicates++;
    else {
      state.counts.appended++;
      state.seqs = { first: state.seqs?.first ?? receipt.seq, last: receipt.seq };
    }
    const { occurredAt } = draft.draft;
    state.occurred ??= { first: occurredAt, last: occurredAt };
    if (occurredAt < state.occurred.first) state.occurred.first = occurredAt;
    if (occurredAt > state.occurred.last) state.occurred.last = occurredAt;
  }
}
