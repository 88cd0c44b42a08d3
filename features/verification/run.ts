// SPEC §8, the one verifier of the app: screen, job, command line and tests all walk through here.
//
//   earlier ends ─▶ snapshot: head, months, largest seq, runs told, origins ─▶ `to` is fixed
//   main connection    COPY … ORDER BY seq ─▶ CopyReader ─▶ core's walk ──┐
//   its sibling        count and XOR over event_key, meanwhile ───────────┴─▶ end: head, tail, keys, months
//   only where the keys differ: both sides again, in the order of seq
//
// Nothing is loaded: a chunk of the stream and the findings that are kept are all there is in memory.
import 'server-only';
import { type ChainWalk, createWalk } from '@/core/chain';
import type { WalkEnd, WalkFacts } from '@/core/chain-end';
import { compareKeys } from '@/core/compare-keys';
import { CopyReader } from '@/core/copy-row';
import type { Finding, FindingCounts, VerdictState } from '@/core/finding';
import { openSnapshot, type Snapshot } from '@/db/copy-out';
import type { Scope, TrailId } from '@/db/scope';
import { eventsQuery, getEventBefore, preferOrder } from '@/features/trail/queries/walk-rows';
import { AppError } from '@/lib/errors';
import { getKeyDigest, getTrailFacts, knownEnd, streamEventKeys, streamKeys, type TrailFacts } from './queries/facts';
import { getKnownEnd } from './queries/known-ends';
import { rangeFault } from './range';

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
  /** Aborted: the walk stops, what it checked stays checked, and the server stops its work. */
  signal?: AbortSignal | undefined;
  /** Takes the findings after the first 10,000 (`kept`), some at a time; the walk waits for it. */
  onOverflow?: ((findings: Finding[], kept: readonly Finding[]) => Promise<void>) | undefined;
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
  state: VerdictState;
  /** Stopped half-way, whatever it had found. */
  isCancelled: boolean;
  /** In hex; null where nothing was checked. */
  toEventHash: string | null;
};

const TELL_MS = 200;

/**
 * Yields how far it is a few times a second, and returns the verdict. A finding is a value; what is thrown is a fault (the database went away, a statement was
 * cancelled by a standby) and says nothing about the log.
 * @throws AppError RANGE
 */
export async function* verifyRange(options: VerifyOptions): AsyncGenerator<VerifyProgress, Verdict> {
  const { trail, scope, from = 0, to, signal } = options;
  const earlier = await getKnownEnd(trail.trailId);
  const snapshot = await openSnapshot({ scope, signal });
  try {
    const facts = await getTrailFacts(snapshot, trail.trailId);
    const fault = rangeFault({ from, to }, knownEnd(facts, earlier));
    if (fault) throw new AppError('RANGE', { hint: fault });
    return yield* walkThrough(snapshot, options, facts, Math.max(earlier, facts.toldEnd));
  } finally {
    await snapshot.close();
  }
}

async function* walkThrough(snapshot: Snapshot, options: VerifyOptions, facts: TrailFacts, knownTo: number): AsyncGenerator<VerifyProgress, Verdict> {
  const { trail, from = 0, to, signal, headKey, onOverflow = async () => {} } = options;
  const { trailId, origin } = trail;
  const before = from > 0 ? await getEventBefore(snapshot, trailId, from) : null;
  const keysFrom = Math.max(from, facts.keysFrom);
  let overflow: Finding[] = [];
  const flush = async () => {
    if (overflow.length === 0) return;
    const findings = overflow;
    overflow = [];
    await onOverflow(findings, walk.log.kept);
  };
  const walk = createWalk({
    origin,
    from,
    ...(to === undefined ? {} : { to }),
    prevHash: before?.eventHash ?? null,
    prevRecordedAt: before?.recordedAt ?? null,
    knownOrigins: facts.origins,
    deep: options.deep ?? false,
    keysFrom,
    overflow: (finding) => overflow.push(finding),
  });
  const total = Math.max(0, (to ?? (facts.maxSeq ?? -1) + 1) - from);
  const progress = () => ({ checked: walk.checked, total, next: walk.next, counts: { ...walk.log.counts } });
  yield progress();

  let sibling: Snapshot | undefined;
  try {
    sibling = await snapshot.sibling();
    const digest = getKeyDigest(sibling, trailId, keysFrom, to);
    digest.catch(() => {}); // awaited below; the walk may fail before
    await preferOrder(snapshot);
    const reader = new CopyReader();
    let told = performance.now();
    for await (const chunk of snapshot.copy(eventsQuery(trailId, from, to))) {
      reader.push(chunk);
      for (let row = reader.next(); row !== null; row = reader.next()) walk.row(row);
      await flush();
      if (performance.now() - told < TELL_MS) continue;
      yield progress();
      told = performance.now();
    }
    reader.end();
    const keys = await digest;
    const end = walk.end({ head: facts.head, headKey, keys, segments: facts.segments, knownTo, maxSeq: facts.maxSeq } as WalkFacts);
    if (end.keysDiffer) {
      const differences = compareKeys(streamEventKeys(snapshot, trailId, keysFrom, to), streamKeys(sibling as Snapshot, trailId, keysFrom, to), (seq) =>
        walk.isKeyJudged(seq),
      );
      for await (const finding of differences) {
        walk.log.add(finding);
        await flush();
      }
    }
    await flush();
    return verdictOf(walk, end, false);
  } catch (cause) {
    if (!signal?.aborted) throw cause;
    await flush();
    // nothing is said of what was not reached
    return verdictOf(walk, walk.checked > 0 ? walk.end({}) : { to: from, toEventHash: null }, true);
  } finally {
    await sibling?.close();
  }
}

const verdictOf = (walk: ChainWalk, { to, toEventHash }: Pick<WalkEnd, 'to' | 'toEventHash'>, isCancelled: boolean): Verdict => ({
  from: walk.from,
  to,
  checked: walk.checked,
  counts: { ...walk.log.counts },
  findings: walk.log.kept,
  state: walk.state(isCancelled),
  isCancelled,
  toEventHash,
});
