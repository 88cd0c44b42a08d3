// SPEC §8, the one verifier of the app: screen, job, command line and tests all walk through here.
//
//   known seals, earlier ends ─▶ three connections on one state ─▶ largest seq: `to` is fixed
//   snapshot           COPY … ORDER BY seq ─▶ CopyReader ─▶ core's judge: chain, tree, values, sources ──┐
//   a second reader, in a thread of its own: the later half, taken over by the judge where nothing was found in either, else read here
//   beside             head, months, runs told, origins ─▶ tiles, sealed values, kept figures             │
//   asking             acts ─▶ count and XOR over event_key, in a deep run what indexes hold, questions to the view ──┴─▶ end: head, tail, keys, months, roots
//   only where the keys differ: both sides again, in the order of seq
//   filters drawn on the way ─▶ asked of the screens' own view      blocks counted on the way ─▶ the figures kept of them
//
// Nothing is loaded: a chunk of the stream, a few tiles and the findings that are kept are all there is in memory.
import 'server-only';
import { randomBytes } from 'node:crypto';
import type { Away } from '@/core/absence';
import { compareKeys } from '@/core/compare-keys';
import type { Filter } from '@/core/filter';
import type { Finding, FindingCounts, VerdictState } from '@/core/finding';
import { judgeIndexes } from '@/core/index-digests';
import type { KnownNote } from '@/core/known-notes';
import type { ListedCounts } from '@/core/listed-notes';
import type { SourceState } from '@/core/source-gaps';
import type { TrailJudge } from '@/core/trail-judge';
import type { ProvenSoFar, TrailVerdict } from '@/core/trail-verdict';
import type { Found } from '@/core/tree-verdict';
import { type ViewSampler, viewFilterOf } from '@/core/view-sample';
import { type Vkey, vkeyOf } from '@/core/vkey';
import { openSnapshots, type Snapshot } from '@/db/copy-out';
import type { Scope, TrailId } from '@/db/scope';
import { listRecentFilters, standingFilters } from '@/features/reports/queries/recent-filters';
import { getKnownSeals, type KnownSeals } from '@/features/sealing/queries/known-notes';
import { getTilesDue } from '@/features/sealing/queries/tiles';
import { eventsQuery, preferOrder } from '@/features/trail/queries/walk-rows';
import { draw } from '@/lib/draw';
import { AppError } from '@/lib/errors';
import { type PartThread, seamOf, startPart, waitForPart } from './part-thread';
import { lookedUp, streamActs } from './queries/acts';
import { getKeyDigest, getMaxSeq, getTrailFacts, knownEnd, streamEventKeys, streamKeys } from './queries/facts';
import { type HeldState, stateLost } from './queries/held-state';
import { askIndexes } from './queries/index-questions';
import { countKeptRows } from './queries/kept-figures';
import { getKnownEnd } from './queries/known-ends';
import { getBefore, stubSeqs } from './queries/stubs';
import { listViewsToAsk } from './queries/views-to-ask';
import { rangeFault } from './range';
import { begun, openReading, type Task } from './read-rows';

export type VerifyOptions = {
  trail: { trailId: TrailId; origin: string };
  scope: Scope;
  /** `[from,to)`; without `to` up to the end of the trail. */
  from?: number | undefined;
  to?: number | undefined;
  /** Parses every event again. */
  deep?: boolean;
  /** Key of the head's mac (SPEC §3); without it the mac is not judged. */
  headKey?: Buffer | undefined;
  /** The keys that the caller brings: they stand in the place of the one in the trail's key file. */
  vkeys?: readonly Vkey[] | undefined;
  /** Checkpoints that the caller brings; those in the guard file, the local file and the database are known anyway. */
  notes?: readonly KnownNote[] | undefined;
  /** Aborted: the walk stops, what it checked stays checked, and the server stops its work. */
  signal?: AbortSignal | undefined;
  /** Numbers in [0,1) that the filters asked of the view are drawn with. */
  random?: () => number;
  /** Where a second reader begins; null: one alone. Else half-way, where there is much to read. */
  seam?: number | null;
  /** Takes the findings after the first 10,000 (`kept`), some at a time; the walk waits for it. */
  onOverflow?: ((findings: Finding[], kept: readonly Finding[]) => Promise<void>) | undefined;
  /** Told how far the walk has come with nothing found at all, whenever that is a signed size more: who takes it up later may begin there. */
  onProven?: ((proven: ProvenSoFar) => void) | undefined;
  /** A state that was fixed before anybody could know of the run; released here. Null: the state as it is now. */
  held?: HeldState | null;
  /** Told what was found so far, the first 10,000, whenever that is more. `notes`: the texts that these are about. */
  onFound?: ((findings: readonly Finding[], notes: () => string[]) => void) | undefined;
  /** What the one who was stopped knew of the numbers of sources. */
  sources?: SourceState | undefined;
  /** Asked of the view besides: what the caller means to call good. */
  views?: readonly Filter[];
};

export type VerifyProgress = {
  checked: number;
  /** How many events the range should hold. */
  total: number;
  /** Every event below was judged, or is named as missing. */
  next: number;
  counts: FindingCounts;
};

export type Verdict = {
  from: number;
  to: number;
  checked: number;
  counts: FindingCounts;
  /** The first 10,000, in the order found. */
  findings: Finding[];
  /** The filters of which the screens showed something else, each once. */
  views: Filter[];
  state: VerdictState;
  /** Stopped half-way, whatever it had found. */
  isCancelled: boolean;
  /** In hex; null where nothing was checked. */
  toEventHash: string | null;
  /** The largest signed size whose root the rows have, 0 of none; its root in hex. */
  sealedTo: number;
  root: string | null;
  /** The same among what is known outside the database: what `holds` stands on. */
  provenTo: number;
  /** Values under commitments met, and those that were lawfully erased. */
  sealedValues: { sealed: number; erased: number } | null;
  /** Where events are lawfully away (SPEC §11): their rows are gone, or stubs stand for them. */
  away: Away[];
  /** Of what was checked the stubs, lawful or not: no event, and nothing of it holds but its hashes. */
  stubs: number;
  /** Acts of the trail allow that events are away, here or before the range. */
  mayLack: boolean;
  /** Checkpoints that the database lists at sizes which the rows reach, and of how many of them the signature was verified; null where that is not known. */
  listed: ListedCounts | null;
  /** The texts of signed notes that findings are about. */
  notes: string[];
  /** How many read the rows that count. */
  readers: 1 | 2;
};

/**
 * Yields how far it is a few times a second, and returns the verdict. A finding is a value; what is thrown is a fault (the database went away, a statement was
 * cancelled by a standby) and says nothing about the log.
 * @throws AppError RANGE, STATE_LOST
 */
export async function* verifyRange(options: VerifyOptions): AsyncGenerator<VerifyProgress, Verdict> {
  const { trail, scope, signal } = options;
  const opened = options.held ? await joinHeld(options, options.held) : null;
  const [earlier, seals] = opened ? [opened.earlier, opened.seals] : await Promise.all([getKnownEnd(trail.trailId), getKnownSeals(trail)]);
  const [snapshot, beside, asking] = opened ? opened.snapshots : await openSnapshots({ scope, signal, goesRound: true }, 3);
  try {
    return yield* walkThrough({ snapshot, beside, asking }, options, seals, earlier);
  } finally {
    await Promise.all([snapshot, beside, asking].map((one) => one.close()));
  }
}

/** @throws AppError STATE_LOST where the connection that held it was ended: by a restart of the database, or by somebody who wants another state to be read */
async function joinHeld({ scope, signal }: VerifyOptions, { earlier, seals, snapshotId, release }: HeldState) {
  try {
    return { earlier, seals, snapshots: await openSnapshots({ scope, signal, goesRound: true }, 3, snapshotId) };
  } catch (cause) {
    throw NO_SNAPSHOT.includes((cause as { code?: string }).code ?? '') ? stateLost(cause) : cause;
  } finally {
    release();
  }
}

// invalid_parameter_value before PostgreSQL 17, undefined_object since; and the transaction that made it has ended meanwhile
const NO_SNAPSHOT = ['22023', '42704', '55000'];

/** Three on one state: the rows, what is read beside them, and what takes the server longer. */
type Connections = { snapshot: Snapshot; beside: Snapshot; asking: Snapshot };

async function* walkThrough(connections: Connections, options: VerifyOptions, seals: KnownSeals, earlier: number): AsyncGenerator<VerifyProgress, Verdict> {
  const { snapshot, beside, asking } = connections;
  const { trail, from = 0, to, signal, headKey, random = draw, onOverflow = async () => {}, onProven = () => {}, onFound = () => {} } = options;
  const { trailId, origin } = trail;
  // facts, acts and rows are asked for at once: all of one state, and no row is judged before the last act
  const acts = begun(streamActs(asking, trailId));
  const [facts, recent, again, { maxSeq, rowsTo, seam, firstRows }] = await Promise.all([
    getTrailFacts(beside, trailId),
    listRecentFilters(trail), // of now: what was asked lately is asked of this state
    listViewsToAsk(trail), // of now: who reads the event of a break has asked for all that it found
    beginRows(snapshot, trailId, options),
  ]);
  const fault = rangeFault({ from, to }, Math.max(knownEnd(facts, maxSeq, earlier), seals.guard?.size ?? 0));
  if (fault) throw new AppError('RANGE', { hint: fault });

  let overflow: Finding[] = [];
  const flush = async () => {
    if (judge.log.total > 0) onFound(judge.log.kept, () => judge.notesFound());
    if (overflow.length === 0) return;
    const findings = overflow;
    overflow = [];
    await onOverflow(findings, judge.log.kept);
  };
  const task: Task = {
    trailId,
    origin,
    from,
    to,
    before: from > 0 ? await getBefore(beside, trailId, from) : null,
    whole: { from, to: rowsTo },
    origins: facts.origins,
    hasStubs: facts.hasStubs,
    keysFrom: Math.max(from, facts.keysFrom),
    keySeed: randomBytes(8).readBigInt64LE(), // now that the state is fixed: keys that cancel under it nobody could choose
    listedTo: Math.min(seals.listedTo, to ?? seals.listedTo),
    deep: options.deep ?? false,
    vkeys: options.vkeys ?? seals.vkeys,
    given: distinctFilters([...standingFilters, lookedUp, ...recent, ...again, ...(options.views ?? [])]),
    random,
    signal,
  };
  const { judge, figures, questions, indexes, ahead, read } = openReading({ beside, asking }, task, {
    notes: [...seals.notes, ...(options.notes ?? [])],
    guard: seals.guard,
    sources: options.sources,
    overflow: (finding) => overflow.push(finding),
  });
  const views = new Map<string, Filter>();
  const tell = (found: readonly Found[]) => {
    for (const finding of found) {
      judge.log.add({ ...finding, lastGood: null });
      const filter = finding.code === 'VIEW_MISMATCH' ? viewFilterOf(finding) : null;
      if (filter !== null) views.set(JSON.stringify(filter), filter);
    }
  };
  const total = Math.max(0, rowsTo - from);
  let second: PartThread | null = null;
  const leaveSecond = () => {
    second?.stop();
    second = null;
  };
  const progress = () => ({ checked: judge.checked, total, next: judge.next, counts: { ...judge.log.counts } });
  yield progress();

  let provenTo = from;
  async function* readOn(rows: AsyncGenerator<Buffer>, range: { from: number; to: number | undefined }) {
    const reading = read(rows, range, async (found) => {
      tell(found);
      await flush();
    });
    try {
      for (;;) {
        const step = await reading.next();
        if (step.done) return step.value;
        if (judge.log.total > 0) leaveSecond();
        const proven = judge.provenSoFar;
        if (proven !== null && proven.size > provenTo) {
          onProven(proven);
          provenTo = proven.size;
        }
        yield progress();
      }
    } finally {
      await reading.return(undefined as never);
    }
  }
  const samplers: ViewSampler[] = [];
  let readers: 1 | 2 = 1;
  let end: TrailVerdict | null = null;

  try {
    const digest = ahead.watch(getKeyDigest(asking, trailId, task)); // behind the acts
    const keptRows = from === 0 && to === undefined ? ahead.watch(countKeptRows(asking, trailId)) : null;
    const entries = indexes && ahead.watch(askIndexes(asking, trailId, { from, to }, task.keySeed));
    if (seam !== null && judge.log.total === 0) {
      const { before: _, vkeys, random: __, signal: ___, ...shared } = task;
      second = await startPart({
        ...shared,
        snapshotId: snapshot.id,
        from: seam,
        keysFrom: Math.max(seam, task.keysFrom),
        vkeys: vkeys.map(({ name, publicKey, type }) => vkeyOf(name, publicKey, type)),
        sizes: judge.sizes,
        texts: judge.texts,
      });
    }
    // the guard is written behind the tiles, and was read before the snapshot
    const tilesDue = Math.max(await getTilesDue(beside, trailId), seals.guard?.size ?? 0);
    for await (const act of acts) judge.actRow(act);
    // a second reader, whose part counts only where no stub is in it, needs none of them
    for (const place of task.hasStubs ? judge.stubsBefore : []) {
      for await (const seqs of stubSeqs(beside, trailId, place.from, place.to)) for (const seq of seqs) judge.stubBefore(seq);
    }
    samplers.push(yield* readOn(firstRows, { from, to: seam ?? to }));
    if (seam !== null) {
      if (judge.log.total > 0) leaveSecond();
      const waiting = waitForPart(second);
      let step = await waiting.next();
      for (; !step.done; step = await waiting.next()) {
        ahead.throwFault();
        signal?.throwIfAborted();
        yield progress();
      }
      leaveSecond();
      const answer = step.value;
      if (answer?.part && judge.adopt(answer.part)) {
        readers = 2;
        tell(answer.views);
        for (const [block, lines] of answer.lines) figures.lines.set(block, lines);
        if (answer.indexes) indexes?.adopt(answer.indexes);
      } else samplers.push(yield* readOn(snapshot.copy(eventsQuery(trailId, seam, to)), { from: seam, to }));
    }
    const keys = await digest;
    end = await judge.end({
      head: facts.head,
      ...(headKey ? { headKey } : {}),
      keys,
      segments: facts.segments,
      knownTo: Math.max(earlier, facts.toldEnd),
      maxSeq,
      tilesDue: () => (signal?.aborted ? 0 : tilesDue),
    });
    signal?.throwIfAborted(); // a tile that was asked for last may have gone unread; whatever comes from here on throws when it is cut
    if (end.keysDiffer) {
      const differences = compareKeys(streamEventKeys(snapshot, trailId, task.keysFrom, to), streamKeys(asking, trailId, task.keysFrom, to), (seq) =>
        judge.walk.isKeyJudged(seq),
      );
      for await (const finding of differences) {
        judge.log.add(finding);
        await flush();
      }
    }
    if (to === undefined) for await (const finding of figures.beyond(judge.next, await keptRows)) tell([finding]);
    yield progress();
    tell(await questions.differences(samplers.flatMap((sampler) => sampler.tallies())));
    if (indexes) tell(judgeIndexes(indexes.tallies, (await entries) ?? []));
    await flush();
    return verdictOf(judge, end, { isCancelled: false, readers, views: [...views.values()] });
  } catch (cause) {
    if (!signal?.aborted) {
      ahead.throwFault(); // what failed first: the server refuses whatever is asked behind it, and says less
      throw cause;
    }
    await flush();
    // nothing is said of what was not reached
    if (end === null && judge.checked > 0) end = await judge.end({ isCancelled: true });
    return verdictOf(judge, end, { isCancelled: true, readers, views: [...views.values()] });
  } finally {
    leaveSecond();
  }
}

const distinctFilters = (filters: readonly Filter[]): Filter[] => [...new Map(filters.map((one) => [JSON.stringify(one), one])).values()];

async function beginRows(snapshot: Snapshot, trailId: TrailId, { from = 0, to, seam: asked }: VerifyOptions) {
  const maxSeq = await getMaxSeq(snapshot, trailId);
  const rowsTo = to ?? (maxSeq ?? -1) + 1;
  const seam = asked === undefined ? await seamOf(from, rowsTo) : asked;
  await preferOrder(snapshot);
  return { maxSeq, rowsTo, seam, firstRows: begun(snapshot.copy(eventsQuery(trailId, from, seam ?? to))) };
}

/** The state is asked for at the end: keys and views are judged after the walk. */
const verdictOf = (
  judge: TrailJudge,
  end: TrailVerdict | null,
  { isCancelled, readers, views }: Pick<Verdict, 'isCancelled' | 'readers' | 'views'>,
): Verdict => ({
  readers,
  views,
  from: judge.walk.from,
  to: end?.to ?? judge.walk.from,
  checked: judge.checked,
  counts: { ...judge.log.counts },
  findings: judge.log.kept,
  state: judge.walk.state(isCancelled, (end?.provenTo ?? 0) > 0),
  isCancelled,
  toEventHash: end?.toEventHash ?? null,
  sealedTo: end?.sealedTo ?? 0,
  root: end?.root ?? null,
  provenTo: end?.provenTo ?? 0,
  sealedValues: end?.sealedValues ?? null,
  away: end?.away ?? [],
  stubs: judge.walk.stubs,
  listed: end?.listed ?? null,
  notes: end?.notes ?? [],
  mayLack: end?.mayLack ?? false,
});
